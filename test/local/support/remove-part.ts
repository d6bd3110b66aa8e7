// The parts of a template, each with the template that is left when it is taken away.
import { removeResources, type Template, type TemplateResource } from './remove-part-references.ts';

export interface Part {
  /**
   * A resource by type and logical id, without CDK's hash: `Events::Rule UnroutedRule`. What a statement says
   * of one action on one resource: `allow FanOutFunctionRole sqs:SendMessage DeliverFastLaneQueue`.
   */
  readonly name: string;
  readonly removeFrom: (template: Template) => Template;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
}

/** Where a resource keeps a policy, and for whom or of what its statements speak. */
const policyProperties: Readonly<Record<string, { property: string; subject: string }>> = {
  'AWS::IAM::Policy': { property: 'PolicyDocument', subject: 'Roles' },
  'AWS::IAM::Role': { property: 'AssumeRolePolicyDocument', subject: '' },
  'AWS::SQS::QueuePolicy': { property: 'PolicyDocument', subject: '' },
};

export const partsOf = (template: Template): Part[] =>
  Object.entries(template.Resources).flatMap(([logicalId, resource]) => [
    {
      name: `${resource.Type.replace('AWS::', '')} ${readable(logicalId)}`,
      removeFrom: (from: Template) => removeResources(from, [logicalId]),
    },
    ...grantsOf(logicalId, resource),
  ]);

/** A logical id without the hash that CDK puts behind it, or two. */
export const readable = (logicalId: string): string => logicalId.replace(/([0-9A-F]{8}){1,2}$/, '');

const grantsOf = (logicalId: string, resource: TemplateResource): Part[] => {
  const place = policyProperties[resource.Type];
  if (place === undefined) return [];
  const { Statement: statements } = resource.Properties![place.property] as {
    Statement: Statement[];
  };
  const subject = place.subject && namesOf(resource.Properties![place.subject]).join(' ');
  return statements.flatMap((statement) =>
    pairsOf(statement).map(([action, target]) => ({
      name: [
        statement.Effect.toLowerCase(),
        subject || namesOf(statement.Principal).join(' '),
        action,
        target === undefined ? readable(logicalId) : namesOf(target).join(''),
      ].join(' '),
      removeFrom: (from: Template) =>
        withStatements(from, logicalId, place.property, (each) =>
          isSameBut(each, statement) ? without(each, action, target) : [each],
        ),
    })),
  );
};

/** Each action of a statement with each of its resources: CDK puts many into one statement. */
const pairsOf = ({ Action, Resource }: Statement): [string, unknown][] =>
  [Action]
    .flat()
    .flatMap((action) => [Resource].flat().map((target): [string, unknown] => [action, target]));

/** Whether they say the same of other actions or resources: others of the statement may be gone already. */
const isSameBut = (one: Statement, other: Statement): boolean => {
  const rest = (statement: Statement) =>
    JSON.stringify({ ...statement, Action: undefined, Resource: undefined });
  return rest(one) === rest(other);
};

/** What is left of a statement without one action on one resource: up to two statements. */
const without = (statement: Statement, action: string, target: unknown): Statement[] => {
  const isTarget = (each: unknown) => JSON.stringify(each) === JSON.stringify(target);
  const actions = [statement.Action].flat().filter((each) => each !== action);
  const targets = [statement.Resource].flat().filter((each) => !isTarget(each));
  const isMeant =
    [statement.Action].flat().includes(action) && [statement.Resource].flat().some(isTarget);
  if (!isMeant) return [statement];
  return [
    ...(actions.length > 0 ? [{ ...statement, Action: actions }] : []),
    ...(targets.length > 0 ? [{ ...statement, Action: action, Resource: targets }] : []),
  ];
};

const withStatements = (
  template: Template,
  logicalId: string,
  property: string,
  change: (statement: Statement) => Statement[],
): Template => {
  const resource = template.Resources[logicalId];
  if (resource === undefined) return template;
  const document = resource.Properties![property] as { Statement: Statement[] };
  const Properties = {
    ...resource.Properties,
    [property]: { ...document, Statement: document.Statement.flatMap(change) },
  };
  return {
    ...template,
    Resources: { ...template.Resources, [logicalId]: { ...resource, Properties } },
  };
};

/** The names in a value: of resources without their hash, and whatever else is text, such as `/index/due`. */
const namesOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if ('Fn::GetAtt' in value) return namesOf((value['Fn::GetAtt'] as unknown[])[0]).map(readable);
  if ('Ref' in value) return namesOf(value.Ref).map(readable);
  if ('Fn::Join' in value) return namesOf((value['Fn::Join'] as unknown[])[1]);
  return Object.values(value).flatMap(namesOf);
};
