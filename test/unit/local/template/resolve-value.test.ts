// Intrinsic functions: what each gives, and what is said of one that is wrong.
import { describe, expect, it } from 'vitest';
import {
  IntrinsicError,
  noValue,
  type Scope,
} from '../../../../infra/local/template/intrinsics.ts';
import { resolveValue } from '../../../../infra/local/template/resolve-value.ts';

const missing = (what: string): never => {
  throw new IntrinsicError(`no ${what}`);
};

const scope: Scope = {
  ref: (name) =>
    new Map<string, unknown>([
      ['Queue', 'https://queue'],
      ['Zones', ['a', 'b']],
      ['AWS::Region', 'eu-west-3'],
      ['AWS::NoValue', noValue],
    ]).get(name) ?? missing(name),
  attribute: (id, name) => (id === 'Queue' ? `${id}.${name}` : missing(id)),
  mapped: (...keys) => keys.join('/'),
  condition: (name) => name === 'Yes',
};

const resolve = (value: unknown) => {
  const faults: string[] = [];
  const resolved = resolveValue(scope, value, (path, why) => faults.push(`${path}: ${why}`));
  return { resolved, faults };
};

describe('resolveValue', () => {
  it.each<[string, unknown, unknown]>([
    ['Ref', { Ref: 'Queue' }, 'https://queue'],
    ['Fn::GetAtt', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'Queue.Arn'],
    [
      'Fn::Join',
      { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1, true]] },
      'a-eu-west-3-1-true',
    ],
    ['Fn::Join of a list by reference', { 'Fn::Join': [',', { Ref: 'Zones' }] }, 'a,b'],
    [
      'Fn::Join without what has no value',
      { 'Fn::Join': ['-', ['a', { Ref: 'AWS::NoValue' }]] },
      'a',
    ],
    ['Fn::Split', { 'Fn::Split': ['|', 'bus|rule'] }, ['bus', 'rule']],
    ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': ['|', 'bus|rule'] }] }, 'rule'],
    ['Fn::Select by a number', { 'Fn::Select': [0, ['a', 'b']] }, 'a'],
    [
      'Fn::FindInMap',
      { 'Fn::FindInMap': ['Map', { Ref: 'AWS::Region' }, 'Key'] },
      'Map/eu-west-3/Key',
    ],
    [
      'Fn::Sub',
      { 'Fn::Sub': `in \${AWS::Region}: \${Queue}, \${Queue.Arn}` },
      'in eu-west-3: https://queue, Queue.Arn',
    ],
    [
      'Fn::Sub with variables',
      { 'Fn::Sub': [`\${A}\${Queue}`, { A: { Ref: 'AWS::Region' }, Queue: 'own' }] },
      'eu-west-3own',
    ],
    ['Fn::Sub of a literal', { 'Fn::Sub': `\${!Queue}` }, `\${Queue}`],
    ['Fn::If', { 'Fn::If': ['Yes', { Ref: 'Queue' }, { Ref: 'Nothing' }] }, 'https://queue'],
    ['Fn::If, the other branch', { 'Fn::If': ['No', { Ref: 'Nothing' }, { a: 1 }] }, { a: 1 }],
    [
      'what is no intrinsic',
      { a: [1, null, 'x', { b: false }] },
      { a: [1, null, 'x', { b: false }] },
    ],
  ])('%s', (_what, value, expected) => {
    expect(resolve(value)).toEqual({ resolved: expected, faults: [] });
  });

  it('leaves out properties and items without a value', () => {
    const none = { 'Fn::If': ['No', 'x', { Ref: 'AWS::NoValue' }] };

    expect(resolve({ a: none, b: ['x', none], c: 1 }).resolved).toEqual({ b: ['x'], c: 1 });
  });

  it.each<[string, unknown, string]>([
    ['a reference to nothing', { Ref: 'Nothing' }, 'no Nothing'],
    ['an attribute of nothing', { 'Fn::GetAtt': ['Nothing', 'Arn'] }, 'no Nothing'],
    ['a reference to nothing within text', { 'Fn::Sub': `\${Nothing}` }, 'no Nothing'],
    ['a function that is unknown', { 'Fn::ImportValue': 'x' }, 'Fn::ImportValue is not resolved'],
    ['a function in company', { Ref: 'Queue', Other: 1 }, 'stands alone; here are Ref, Other'],
    ['a list of the wrong length', { 'Fn::Join': ['-'] }, 'Fn::Join wants a list of 2'],
    ['joining what is no list', { 'Fn::Join': ['-', 'text'] }, 'Fn::Join wants a list to join'],
    ['joining an object', { 'Fn::Join': ['-', [{ a: 1 }]] }, 'wants text here, not {"a":1}'],
    ['choosing past the end', { 'Fn::Select': [2, ['a', 'b']] }, 'finds no item 2 among 2'],
    ['choosing by a name', { 'Fn::Select': ['length', ['a']] }, 'finds no item "length"'],
    ['text of a list', { 'Fn::Sub': `\${Zones}` }, 'wants text here, not ["a","b"]'],
    ['text of no value', { 'Fn::Sub': `\${AWS::NoValue}` }, 'wants text here, not AWS::NoValue'],
  ])('reports %s', (_what, value, why) => {
    const { faults } = resolve({ deep: [{ at: value }] });

    expect(faults).toEqual([expect.stringContaining(why)]);
    expect(faults[0]).toMatch(/^deep\.0\.at: /);
  });

  it('goes on after a fault, so that all are reported', () => {
    const { resolved, faults } = resolve({ a: { Ref: 'X' }, b: { Ref: 'Y' }, c: { Ref: 'Queue' } });

    expect(faults).toEqual(['a: no X', 'b: no Y']);
    expect(resolved).toEqual({ c: 'https://queue' });
  });
});
