// The three lists are complete: of types by refusing the rest, of properties by what CDK can write.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emulatedKinds } from '../../../../infra/local/template/resource-kinds.ts';
import { queueWith, read, refusalsOf } from './context.ts';

describe('a resource', () => {
  it('of a type on no list is refused by its name, with no faults that only follow', () => {
    const Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Gone' } } };
    const Queue = queueWith({ QueueName: { Ref: 'Bucket' } });
    const outputs = { Outputs: { It: { Value: { 'Fn::GetAtt': ['Bucket', 'DomainName'] } } } };

    expect(refusalsOf({ Bucket, Queue }, outputs)).toEqual([
      'Bucket: this resource type is not emulated.',
    ]);
  });

  it('of an inert type is accepted with whatever it has, and listed', () => {
    const Metadata = { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'v2' } };
    const Topic = { Type: 'AWS::SNS::Topic', Properties: { Anything: ['at all'] } };

    expect(read({ Metadata, Topic }).inert).toEqual([
      { logicalId: 'Metadata', type: 'AWS::CDK::Metadata' },
      { logicalId: 'Topic', type: 'AWS::SNS::Topic' },
    ]);
  });
});

describe('a property', () => {
  it.each([...emulatedKinds])(
    'of %s is on one of the three lists, if CDK can write it',
    (type, kind) => {
      const [, service = '', noun] = type.split('::');
      const folder = join('node_modules/aws-cdk-lib', `aws-${service.toLowerCase()}`, 'lib');
      const source = readFileSync(join(folder, `${service.toLowerCase()}.generated.d.ts`), 'utf8');
      const props = new RegExp(`export interface Cfn${noun}Props \\{(.*?)\\n\\}`, 's').exec(
        source,
      )?.[1];
      const names = [...(props ?? '').matchAll(/readonly (\w+)\??:/g)].map(([, name = '']) => name);
      const { shape } = kind.properties as unknown as { shape: object };
      const listed = new Set(Object.keys(shape).map((name) => name.toLowerCase()));

      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !listed.has(name.toLowerCase()))).toEqual([]);
    },
  );
});
