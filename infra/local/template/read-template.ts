// Reads a synthesized CloudFormation template into the model that local mode runs, or says all that
// it cannot run.
import { compileStackPolicies } from '../iam/stack-policies.ts';
import type { StackModel } from '../stack-model.ts';
import { readArchives, readBuses } from './bus-resource.ts';
import { createConditions } from './create-conditions.ts';
import { createParameters } from './create-parameters.ts';
import { checkEventInvokeConfigs } from './event-invoke-config-resource.ts';
import { readFunctions } from './function-resource.ts';
import { readFunctionUrls } from './function-url-resource.ts';
import { type Identities, identifyResources } from './identify-resources.ts';
import { inertResources } from './inert-resources.ts';
import { IntrinsicError, type Scope } from './intrinsics.ts';
import { readMappings } from './mapping-resource.ts';
import { parseTemplate, type ResourceEntry, type Template } from './parse-template.ts';
import { readPermissions } from './permission-resource.ts';
import { readQueues } from './queue-resource.ts';
import { resolveResources } from './resolve-resources.ts';
import { resolveValue } from './resolve-value.ts';
import type { Resources } from './resources.ts';
import { readRoles } from './role-resource.ts';
import { readRules } from './rule-resource.ts';
import { readTables } from './table-resource.ts';
import type { TemplateContext } from './template-context.ts';
import { type Refusal, type Refuse, TemplateError } from './template-error.ts';

/**
 * Throws one TemplateError with everything that is refused: types, properties, references,
 * policies.
 */
export const readTemplate = (template: unknown, context: TemplateContext): StackModel => {
  const parsed = parseTemplate(template);
  const refusals: Refusal[] = [];
  const refuse: Refuse = (refusal) => refusals.push(refusal);
  const outside = scopeOutside(parsed, context, refuse);
  const entries = existingEntries(parsed, outside, refuse);
  const identities = identifyResources(entries, outside, context);
  const resources = resolveResources(entries, identities, context, refuse);
  const stack: StackModel = {
    ...readParts(resources),
    outputs: readOutputs(parsed, identities, refuse),
    inert: [...entries].flatMap(([logicalId, { Type }]) =>
      inertResources.has(Type) ? [{ logicalId, type: Type }] : [],
    ),
  };
  compileStackPolicies(stack, refuse);
  if (refusals.length > 0) throw new TemplateError(refusals);
  return stack;
};

const readParts = (resources: Resources): Omit<StackModel, 'outputs' | 'inert'> => {
  const { stackName, region, accountId } = resources.context;
  const queues = readQueues(resources);
  const functions = readFunctions(resources);
  checkEventInvokeConfigs(resources);
  return {
    name: stackName,
    region,
    accountId,
    tables: readTables(resources),
    queues,
    buses: readBuses(resources),
    archives: readArchives(resources),
    rules: readRules(resources),
    functions,
    mappings: readMappings(resources, queues, functions),
    functionUrls: readFunctionUrls(resources),
    permissions: readPermissions(resources),
    roles: readRoles(resources),
  };
};

/** Parameters, mappings and conditions: what values may name besides resources. */
const scopeOutside = (template: Template, context: TemplateContext, refuse: Refuse): Scope => {
  const ref = createParameters(template.Parameters, context, refuse);
  const mapped: Scope['mapped'] = (map, topKey, secondKey) => {
    const value = template.Mappings[map]?.[topKey]?.[secondKey];
    if (value !== undefined) return value;
    throw new IntrinsicError(`the mapping ${map} has no ${topKey}, ${secondKey}.`);
  };
  const attribute: Scope['attribute'] = (logicalId) => {
    throw new IntrinsicError(`a condition cannot name the resource ${logicalId}.`);
  };
  const refInCondition: Scope['ref'] = (name) => {
    const value = ref(name);
    if (value !== undefined) return value;
    throw new IntrinsicError(`${name} is no parameter of this template.`);
  };
  const condition = createConditions(template.Conditions, {
    ref: refInCondition,
    attribute,
    mapped,
  });
  return { ref, attribute, mapped, condition };
};

/** Those whose condition is true, or that have none. */
const existingEntries = (
  template: Template,
  { condition }: Scope,
  refuse: Refuse,
): ReadonlyMap<string, ResourceEntry> =>
  new Map(
    Object.entries(template.Resources).filter(([logicalId, { Type, Condition }]) =>
      isTrue(condition, Condition, (why) =>
        refuse({ logicalId, type: Type, property: 'Condition', why }),
      ),
    ),
  );

const isTrue = (
  condition: Scope['condition'],
  name: string | undefined,
  fault: (why: string) => void,
): boolean => {
  try {
    return name === undefined || condition(name);
  } catch (error) {
    if (!(error instanceof IntrinsicError)) throw error;
    fault(error.message);
    return false;
  }
};

const readOutputs = (
  { Outputs }: Template,
  identities: Identities,
  refuse: Refuse,
): Record<string, string> => {
  const scope = identities.scopeOf('Outputs');
  const outputs = Object.entries(Outputs).flatMap(([logicalId, { Value, Condition }]) => {
    const fault = (why: string) => refuse({ logicalId, type: 'Outputs', why });
    if (!isTrue(scope.condition, Condition, fault)) return [];
    let intact = true;
    const value = resolveValue(scope, Value, (_path, why) => {
      intact = false;
      fault(why);
    });
    if (!intact) return [];
    if (!['string', 'number', 'boolean'].includes(typeof value)) fault('an output is text.');
    return [[logicalId, String(value)]];
  });
  return Object.fromEntries(outputs);
};
