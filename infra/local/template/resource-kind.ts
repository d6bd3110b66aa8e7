// What the reader knows of one resource type: how it is named, which properties it may have.
import type * as z from 'zod';
import type { TemplateContext } from './template-context.ts';

/** A resource as others refer to it. */
export interface Identity {
  readonly name: string;
  /** Unique in the stack. */
  readonly arn: string;
  /** What `Ref` gives. */
  readonly ref: string;
  /** What `Fn::GetAtt` gives. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What an identity is made of. */
export interface Naming {
  readonly logicalId: string;
  readonly context: TemplateContext;
  /** A property's text; undefined when it is absent or no text. */
  readonly property: (name: string) => string | undefined;
  /**
   * The name that the property gives, or one made of the stack's and the logical id, cut to the
   * limit.
   */
  readonly name: (property: string, charactersMax: number) => string;
}

/** `arn:aws:<service>:<region>:<account>:<resource>` */
export const arnOf = ({ context }: Naming, service: string, resource: string): string =>
  `arn:aws:${service}:${context.region}:${context.accountId}:${resource}`;

/**
 * Of what is part of another resource and has no name of its own: a queue's policy, a permission.
 */
export const identifyPart = (naming: Naming): Identity => {
  const id = naming.logicalId;
  const arn = arnOf(naming, 'cloudformation', `stack/${naming.context.stackName}/${id}`);
  return { name: id, arn, ref: id, attributes: { Id: id } };
};

export interface ResourceKind<Properties> {
  readonly type: string;
  readonly identify: (naming: Naming) => Identity;
  readonly properties: z.ZodType<Properties>;
}

/** One resource of the template, resolved and as its kind wants it. */
export interface Resource<Properties> {
  readonly logicalId: string;
  readonly type: string;
  readonly identity: Identity;
  readonly properties: Properties;
}
