// Parameters and pseudo parameters: values that `Ref` finds besides resources.
import { IntrinsicError, noValue } from './intrinsics.ts';
import type { ParameterEntry } from './parse-template.ts';
import { stableUuid } from './physical-name.ts';
import type { TemplateContext } from './template-context.ts';
import type { Refuse } from './template-error.ts';

/**
 * Gives a function that finds a parameter's value, undefined for a name that is none. Parameters
 * have their defaults: nobody passes others here. One without a default is refused, as a deployment
 * would.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export const createParameters = (
  parameters: Readonly<Record<string, ParameterEntry>>,
  context: TemplateContext,
  refuse: Refuse,
): ((name: string) => unknown) => {
  for (const [logicalId, { Type, Default }] of Object.entries(parameters)) {
    if (Default !== undefined) continue;
    refuse({
      logicalId,
      type: Type,
      why: 'the parameter has no default, and nobody gives it a value.',
    });
  }
  const own = new Map(Object.entries(parameters));
  const pseudo = pseudoParameters(context);
  return (name) => {
    if (pseudo.has(name)) return pseudo.get(name);
    const parameter = own.get(name);
    return parameter === undefined ? undefined : defaultOf(name, parameter);
  };
};

const pseudoParameters = ({ stackName, region, accountId }: TemplateContext) =>
  new Map<string, unknown>([
    ['AWS::AccountId', accountId],
    ['AWS::NoValue', noValue],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    [
      'AWS::StackId',
      `arn:aws:cloudformation:${region}:${accountId}:stack/${stackName}/${stableUuid(stackName, '')}`,
    ],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ]);

const defaultOf = (name: string, { Type, Default = '' }: ParameterEntry): unknown => {
  if (Type.startsWith('AWS::SSM::')) {
    throw new IntrinsicError(
      `the parameter ${name} is read from the Parameter Store, which local mode does not have.`,
    );
  }
  const isList = Type === 'CommaDelimitedList' || Type.startsWith('List<');
  return isList
    ? String(Default)
        .split(',')
        .map((item) => item.trim())
    : String(Default);
};
