// Who is who in a template: each resource's name, ARN, and what Ref and Fn::GetAtt give for it.
import { inertResources } from './inert-resources.ts';
import { IntrinsicError, type Scope } from './intrinsics.ts';
import type { ResourceEntry } from './parse-template.ts';
import { physicalName } from './physical-name.ts';
import { resolveValue } from './resolve-value.ts';
import type { Identity, Naming } from './resource-kind.ts';
import { emulatedKinds } from './resource-kinds.ts';
import type { TemplateContext } from './template-context.ts';

type Entries = ReadonlyMap<string, ResourceEntry>;

export interface Identities {
  readonly of: (logicalId: string) => Identity;
  /** For the values of one resource; notes in `dependencies` which others it names. */
  readonly scopeOf: (owner: string) => Scope;
  readonly dependencies: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * `outside`: the scope of everything but resources; its `ref` gives undefined for a name that is no
 * parameter.
 */
export const identifyResources = (
  entries: Entries,
  outside: Scope,
  context: TemplateContext,
): Identities => {
  const dependencies = new Map([...entries.keys()].map((id) => [id, new Set<string>()]));
  const known = new Map<string, Identity>();
  const underWay = new Set<string>();

  const identityOf = (logicalId: string): Identity => {
    const found = known.get(logicalId);
    if (found !== undefined) return found;
    // A name that depends on itself is part of a circle, which is reported as such.
    const property = underWay.has(logicalId) ? () => undefined : textOf(logicalId);
    underWay.add(logicalId);
    const identity = identify(entryOf(entries, logicalId).Type, {
      logicalId,
      context,
      property,
      name: (given, max) => property(given) ?? physicalName(context.stackName, logicalId, max),
    });
    known.set(logicalId, identity);
    return identity;
  };

  /** Faults in a value are reported where all properties are resolved. */
  const textOf = (logicalId: string) => (property: string) => {
    const value = entryOf(entries, logicalId).Properties[property];
    const resolved = resolveValue(scopeOf(logicalId), value, () => {});
    return typeof resolved === 'string' ? resolved : undefined;
  };

  const scopeOf = (owner: string): Scope => {
    const named = (logicalId: string): Identity => {
      entryOf(entries, logicalId);
      dependencies.get(owner)?.add(logicalId);
      return identityOf(logicalId);
    };
    return {
      ...outside,
      ref: (name) => outside.ref(name) ?? named(name).ref,
      attribute: (logicalId, attribute) =>
        attributeOf(logicalId, entryOf(entries, logicalId).Type, named(logicalId), attribute),
    };
  };

  return { of: identityOf, scopeOf, dependencies };
};

const entryOf = (entries: Entries, logicalId: string): ResourceEntry => {
  const entry = entries.get(logicalId);
  if (entry !== undefined) return entry;
  throw new IntrinsicError(
    `${logicalId} is no resource or parameter of this template, or its condition leaves it out.`,
  );
};

/**
 * Of a refused type, anything that a name can be made of: the type itself is the one thing to
 * report.
 */
const identify = (type: string, naming: Naming): Identity => {
  const identifyKnown = emulatedKinds.get(type)?.identify ?? inertResources.get(type);
  const { logicalId, context } = naming;
  const name = `${context.stackName}-${logicalId}`;
  return identifyKnown?.(naming) ?? { name, arn: name, ref: name, attributes: {} };
};

const attributeOf = (
  logicalId: string,
  type: string,
  { ref, attributes }: Identity,
  attribute: string,
): string => {
  if (!emulatedKinds.has(type) && !inertResources.has(type)) return ref;
  const value = attributes[attribute];
  if (value !== undefined) return value;
  const others = Object.keys(attributes).join(', ');
  throw new IntrinsicError(
    `${logicalId} (${type}) has no attribute ${attribute} here; it has ${others}.`,
  );
};
