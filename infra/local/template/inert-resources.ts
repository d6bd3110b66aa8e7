// Resource types that are accepted and do nothing here: what watches, logs or describes. Printed at
// the start.
import { arnOf, type Identity, identifyPart, type Naming } from './resource-kind.ts';

type Identify = (naming: Naming) => Identity;

/** Whose `Ref` is the name. */
const named =
  (property: string, charactersMax: number, service: string, before: string): Identify =>
  (naming) => {
    const name = naming.name(property, charactersMax);
    const arn = arnOf(naming, service, `${before}${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  };

const logGroup: Identify = (naming) => {
  const identity = named('LogGroupName', 512, 'logs', 'log-group:')(naming);
  return { ...identity, attributes: { Arn: `${identity.arn}:*` } };
};

const topic: Identify = (naming) => {
  const name = naming.name('TopicName', 256);
  const arn = arnOf(naming, 'sns', name);
  return { name, arn, ref: arn, attributes: { TopicArn: arn, TopicName: name } };
};

/** Of the schema registry: the ARN by `Ref`, the ARN and the name as attributes of their own. */
const schemas =
  (noun: string, property: string): Identify =>
  (naming) => {
    const name = naming.name(property, 385);
    const parent = naming.property('RegistryName');
    const path = noun === 'Schema' && parent !== undefined ? `${parent}/${name}` : name;
    const arn = arnOf(naming, 'schemas', `${noun.toLowerCase()}/${path}`);
    return { name, arn, ref: arn, attributes: { [`${noun}Arn`]: arn, [`${noun}Name`]: name } };
  };

export const inertResources: ReadonlyMap<string, Identify> = new Map([
  ['AWS::CDK::Metadata', identifyPart],
  ['AWS::CloudWatch::Alarm', named('AlarmName', 255, 'cloudwatch', 'alarm:')],
  ['AWS::CloudWatch::Dashboard', named('DashboardName', 255, 'cloudwatch', 'dashboard/')],
  ['AWS::EventSchemas::Discoverer', schemas('Discoverer', 'DiscovererName')],
  ['AWS::EventSchemas::Registry', schemas('Registry', 'RegistryName')],
  ['AWS::EventSchemas::RegistryPolicy', identifyPart],
  ['AWS::EventSchemas::Schema', schemas('Schema', 'SchemaName')],
  ['AWS::Logs::LogGroup', logGroup],
  ['AWS::SNS::Subscription', identifyPart],
  ['AWS::SNS::Topic', topic],
  ['AWS::SNS::TopicPolicy', identifyPart],
]);
