// The one error that a template ends in: everything that is wrong, in one message.
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../../../infra/local/template/read-template.ts';
import { context, queueWith } from './context.ts';

describe('the error', () => {
  it('lists everything in one message, by logical id, type and property', () => {
    const template = {
      Resources: {
        Bucket: { Type: 'AWS::S3::Bucket' },
        Queue: queueWith({ FifoQueue: true, DelaySeconds: 901 }),
      },
    };

    expect(() => readTemplate(template, context)).toThrow(
      [
        'Local mode cannot run this template:',
        '- Bucket (AWS::S3::Bucket): this resource type is not emulated.',
        '- Queue (AWS::SQS::Queue), DelaySeconds: wants a whole number from 0 to 900.',
        '- Queue (AWS::SQS::Queue), FifoQueue: only standard queues are emulated.',
      ].join('\n'),
    );
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'Resources'],
    ['a template without resources', { Outputs: {} }],
    ['a resource without a type', { Resources: { A: {} } }],
    ['a transform', { Resources: {}, Transform: 'AWS::Serverless-2016-10-31' }],
    ['a rule that would have to be judged', { Resources: {}, Rules: { Mine: {} } }],
  ])('is of the same kind for %s', (_what, template) => {
    expect(() => readTemplate(template, context)).toThrow('Local mode cannot run this template:');
  });
});
