// From the template's entries to resources: sorted into emulated, inert and refused; all references
// resolved.
import type * as z from 'zod';
import { findCircle } from './find-circle.ts';
import type { Identities } from './identify-resources.ts';
import { inertResources } from './inert-resources.ts';
import type { ResourceEntry } from './parse-template.ts';
import { resolveValue } from './resolve-value.ts';
import type { Resource, ResourceKind } from './resource-kind.ts';
import { emulatedKinds } from './resource-kinds.ts';
import type { AnyResource, Resources } from './resources.ts';
import type { TemplateContext } from './template-context.ts';
import type { Refuse } from './template-error.ts';

type Entries = ReadonlyMap<string, ResourceEntry>;

/**
 * Resolves everything at once, so that every fault of every resource is refused, whatever is read
 * later.
 */
export const resolveResources = (
  entries: Entries,
  identities: Identities,
  context: TemplateContext,
  refuse: Refuse,
): Resources => {
  const all = [...entries].map(
    ([logicalId, entry]): AnyResource => ({
      logicalId,
      type: entry.Type,
      identity: identities.of(logicalId),
    }),
  );
  const resources = facade(all, context, refuse);
  const inOrder = all.flatMap((resource) =>
    resolveProperties(entries.get(resource.logicalId)?.Properties, resource, identities, refuse),
  );
  checkDependencies(entries, identities, refuse);
  checkNames(all, refuse);
  return { ...resources, of: (kind) => inOrder.filter(isOf(kind)) };
};

/** What has passed a kind's own schema under that kind's type has the kind's properties. */
const isOf =
  <Properties>(kind: ResourceKind<Properties>) =>
  (resource: Resource<unknown>): resource is Resource<Properties> =>
    resource.type === kind.type;

const resolveProperties = (
  properties: unknown,
  resource: AnyResource,
  identities: Identities,
  refuse: Refuse,
): Resource<unknown>[] => {
  const { logicalId, type } = resource;
  const kind = emulatedKinds.get(type);
  if (kind === undefined && !inertResources.has(type)) {
    refuse({ logicalId, type, why: 'this resource type is not emulated.' });
    return [];
  }
  let intact = true;
  const resolved = resolveValue(identities.scopeOf(logicalId), properties, (property, why) => {
    intact = false;
    refuse({ logicalId, type, property, why });
  });
  if (kind === undefined || !intact) return [];
  const parsed = kind.properties.safeParse(resolved, { reportInput: true });
  if (parsed.success) return [{ ...resource, properties: parsed.data }];
  for (const [path, why] of parsed.error.issues.flatMap(faultsOf)) {
    refuse({ logicalId, type, property: path.join('.'), why });
  }
  return [];
};

const faultsOf = (issue: z.core.$ZodIssue): (readonly [PropertyKey[], string])[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => [
      [...issue.path, key],
      'local mode does not know this property.',
    ]);
  }
  const isMissing = issue.code === 'invalid_type' && issue.input === undefined;
  return [[issue.path, isMissing ? 'is required.' : issue.message]];
};

const facade = (
  all: readonly AnyResource[],
  context: TemplateContext,
  refuse: Refuse,
): Omit<Resources, 'of'> => {
  const refuseAt: Resources['refuse'] = ({ logicalId, type }, property, why) =>
    refuse({ logicalId, type, property, why });
  const find: Resources['find'] = (from, property, value, ...types) => {
    const meant = all.filter(({ identity }) =>
      [identity.arn, identity.ref, identity.name].includes(value),
    );
    const found = meant.find((resource) => types.includes(resource.type));
    if (found === undefined) {
      const other = meant[0];
      const what = other === undefined ? 'nothing here' : `${other.logicalId} (${other.type})`;
      refuseAt(
        from,
        property,
        `${value} is ${what}; it must be an ${types.join(' or ')} of this stack.`,
      );
    }
    return found;
  };
  return { context, find, refuse: refuseAt };
};

const checkDependencies = (entries: Entries, identities: Identities, refuse: Refuse): void => {
  const dependencies = new Map(
    [...entries].map(([logicalId, { DependsOn, Type }]) => {
      for (const other of DependsOn.filter((it) => !entries.has(it))) {
        const why = `${other} is no resource of this template, or its condition leaves it out.`;
        refuse({ logicalId, type: Type, property: 'DependsOn', why });
      }
      const named = identities.dependencies.get(logicalId) ?? new Set();
      return [logicalId, new Set([...named, ...DependsOn])];
    }),
  );
  const circle = findCircle(dependencies);
  const [first] = circle;
  if (first === undefined) return;
  const why = `circular dependency between resources: ${circle.join(', ')}.`;
  refuse({ logicalId: first, type: entries.get(first)?.Type ?? '', why });
};

const checkNames = (all: readonly AnyResource[], refuse: Refuse): void => {
  const byArn = Map.groupBy(all, (resource) => resource.identity.arn);
  for (const [arn, [first, ...others]] of byArn) {
    for (const { logicalId, type } of others) {
      refuse({ logicalId, type, why: `${arn} is the name of ${first?.logicalId} already.` });
    }
  }
};
