// What the template reader is told in these tests, and two ways to read.
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import type { TemplateContext } from '../../../../infra/local/template/template-context.ts';
import { TemplateError } from '../../../../infra/local/template/template-error.ts';

export const context: TemplateContext = {
  stackName: 'Demo',
  region: 'eu-west-3',
  accountId: '000000000000',
  endpointUrl: 'http://127.0.0.1:4566',
  adminUrl: 'http://127.0.0.1:4567',
  assetFolders: new Map([['code', '/assets/code']]),
};

/** Reads hand-written resources, with other sections where a test needs them. */
export const read = (Resources: Record<string, unknown>, sections: Record<string, unknown> = {}) =>
  readTemplate({ ...sections, Resources }, context);

/** Each refusal as one line: `Queue, DelaySeconds: why`. */
export const refusalsOf = (
  Resources: Record<string, unknown>,
  sections: Record<string, unknown> = {},
): string[] => {
  try {
    read(Resources, sections);
    return [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.refusals.map(
      ({ logicalId, property, why }) =>
        `${[logicalId, property].filter(Boolean).join(', ')}: ${why}`,
    );
  }
};

export const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export const trust = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } },
  ],
};

export const role = {
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust },
};

/** A function in order, of the role `Role`. */
export const functionWith = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
    Handler: 'index.handler',
    Role: getArn('Role'),
    Runtime: 'nodejs24.x',
    ...properties,
  },
});

/** A table in order. */
export const tableWith = (properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    ...properties,
  },
});

export const queueWith = (Properties: Record<string, unknown> = {}) => ({
  Type: 'AWS::SQS::Queue',
  Properties,
});
