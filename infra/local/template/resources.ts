// The resources of a template, resolved: how the readers of each type get at them and at one
// another.
import type { Resource, ResourceKind } from './resource-kind.ts';
import type { TemplateContext } from './template-context.ts';

/** Any resource, whether or not its properties are in order. */
export type AnyResource = Pick<Resource<unknown>, 'logicalId' | 'type' | 'identity'>;

export interface Resources {
  readonly context: TemplateContext;
  /** Those of a kind that are in order; the others have been refused. */
  readonly of: <Properties>(kind: ResourceKind<Properties>) => readonly Resource<Properties>[];
  /**
   * The resource of these types that a property's value means, by its ARN, `Ref` or name. When the
   * stack has none, refuses `from` and gives undefined.
   */
  readonly find: (
    from: AnyResource,
    property: string,
    value: string,
    ...types: string[]
  ) => AnyResource | undefined;
  readonly refuse: (resource: AnyResource, property: string, why: string) => void;
}
