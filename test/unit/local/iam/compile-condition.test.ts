// Conditions of a statement: operators, several values and keys, keys that a request lacks.
import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../../../infra/local/iam/compile-condition.ts';
import type { PolicyStatement } from '../../../../infra/local/stack-model.ts';

describe('compileCondition', () => {
  const source = 'arn:aws:events:eu-west-3:000000000000:rule/a/b';

  it.each<[string, PolicyStatement['Condition'], Record<string, string>, boolean]>([
    [
      'one of several values',
      { StringEquals: { 'aws:SourceArn': ['x', source] } },
      { 'aws:SourceArn': source },
      true,
    ],
    [
      'all of several keys',
      { StringEquals: { 'aws:SourceArn': source, 'aws:SourceAccount': '1' } },
      { 'aws:SourceArn': source, 'aws:SourceAccount': '2' },
      false,
    ],
    [
      'all of several operators',
      { StringEquals: { 'aws:SourceArn': source }, Bool: { 'aws:SecureTransport': 'true' } },
      { 'aws:SourceArn': source, 'aws:SecureTransport': 'false' },
      false,
    ],
    [
      'StringEquals, which knows no wildcard',
      { StringEquals: { 'aws:SourceArn': '*' } },
      { 'aws:SourceArn': source },
      false,
    ],
    [
      'StringEquals on a key that is absent',
      { StringEquals: { 'aws:SourceArn': source } },
      {},
      false,
    ],
    [
      'StringEqualsIfExists on a key that is absent',
      { StringEqualsIfExists: { 'aws:SourceArn': source } },
      {},
      true,
    ],
    [
      'StringEqualsIfExists on another value',
      { StringEqualsIfExists: { 'aws:SourceArn': source } },
      { 'aws:SourceArn': 'x' },
      false,
    ],
    [
      'StringNotEquals on another value',
      { StringNotEquals: { 'aws:SourceArn': source } },
      { 'aws:SourceArn': 'x' },
      true,
    ],
    [
      'StringNotEquals on one of its values',
      { StringNotEquals: { 'aws:SourceArn': ['x', source] } },
      { 'aws:SourceArn': source },
      false,
    ],
    [
      'StringNotEquals on a key that is absent',
      { StringNotEquals: { 'aws:SourceArn': source } },
      {},
      true,
    ],
    [
      'StringLike',
      { StringLike: { 'aws:SourceArn': 'arn:*/b' } },
      { 'aws:SourceArn': source },
      true,
    ],
    [
      'StringNotLike',
      { StringNotLike: { 'aws:SourceArn': 'arn:*/b' } },
      { 'aws:SourceArn': source },
      false,
    ],
    [
      'StringEqualsIgnoreCase',
      { StringEqualsIgnoreCase: { 'aws:SourceArn': source.toUpperCase() } },
      { 'aws:SourceArn': source },
      true,
    ],
    [
      'ArnLike',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/a/*' } },
      { 'aws:SourceArn': source },
      true,
    ],
    [
      'ArnNotLike',
      { ArnNotLike: { 'aws:SourceArn': 'arn:aws:events:*:*:rule/a/*' } },
      { 'aws:SourceArn': source },
      false,
    ],
    [
      'a key in other letters',
      { Bool: { 'AWS:securetransport': 'TRUE' } },
      { 'aws:SecureTransport': 'true' },
      true,
    ],
  ])('%s', (_what, condition, context, expected) => {
    const holds = compileCondition(condition, (why) => expect.fail(why));

    expect(holds?.(context)).toBe(expected);
  });

  it('is nothing for a statement without conditions', () => {
    expect(compileCondition(undefined, expect.fail)).toBeUndefined();
    expect(compileCondition({}, expect.fail)).toBeUndefined();
  });
});
