// The pattern language as a whole: AWS's own answers first, then what each group of them leaves
// open.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  InvalidPatternError,
  UnmatchableEventError,
} from '../../shared/event-pattern/pattern-errors.ts';
import { compilePattern } from '../../shared/event-pattern.ts';
import fixture from '../fixtures/event-patterns.json' with { type: 'json' };

function answer(pattern: unknown, event: unknown): boolean | 'invalid' {
  try {
    const matches = compilePattern(pattern);
    return event === undefined ? true : matches(event);
  } catch (error) {
    if (error instanceof InvalidPatternError) return 'invalid';
    throw error;
  }
}

describe('compilePattern', () => {
  it.each(fixture.cases)('answers $id ($group) as Event Ruler 2.0.1 does', (example) => {
    const found = answer(example.pattern, example.event);

    expect(found).toBe(example.expect);
  });

  // Pattern, event, and the answer that the engine's source gives.
  it.each<[string, string, boolean]>([
    ['{"a":["5"]}', '{"a":5}', false],
    ['{"a":[5]}', '{"a":"5"}', false],
    ['{"a":[null]}', '{"a":[null]}', true],
    ['{"a":["null"]}', '{"a":null}', false],
    ['{"a":[9007199254740993]}', '{"a":9007199254740993}', true],
    ['{"a":[9007199254740993]}', '{"a":9007199254740992}', false],
    ['{"a":[1e309]}', '{"a":1E309}', false],
    ['{"a":[{"exactly":"10.0.0.1"}]}', '{"a":"10.0.0.01"}', false],
    ['{"a":["10.0.0.1"]}', '{"a":"10.0.0.01"}', true],
    ['{"a":["::1"]}', '{"a":"0:0:0:0:0:0:0:1"}', true],
    ['{"a":["::ffff:a00:1"]}', '{"a":"10.0.0.1"}', true],
    ['{"a":["12:30"]}', '{"a":"12:30"}', true],
    ['{"a":["999.1.1.1"]}', '{"a":"999.1.1.1"}', true],
  ])('compares literals: %s with %s is %s', (pattern, event, expected) => {
    const found = answer(pattern, event);

    expect(found).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['{"a":[{"prefix":""}]}', '{"a":5}', false],
    ['{"a":[{"prefix":"x\\""}]}', '{"a":"x"}', true],
    ['{"a":[{"suffix":"\\"x"}]}', '{"a":"x"}', true],
    ['{"a":[{"prefix":{"equals-ignore-case":"É"}}]}', '{"a":"été"}', true],
    ['{"a":[{"equals-ignore-case":"straße"}]}', '{"a":"STRASSE"}', true],
    ['{"a":[{"equals-ignore-case":"STRASSE"}]}', '{"a":"straße"}', false],
    ['{"a":[{"equals-ignore-case":"😀"}]}', '{"a":"😀"}', false],
    ['{"a":[{"suffix":"\\ude00"}]}', '{"a":"😀"}', false],
    ['{"a":[{"wildcard":"\\\\**"}]}', '{"a":"*x"}', true],
    ['{"a":[{"wildcard":"\\\\\\\\"}]}', '{"a":"\\\\"}', true],
    ['{"a":[{"wildcard":""}]}', '{"a":""}', true],
    ['{"a":[{"wildcard":"*"}]}', '{"a":5}', false],
  ])('compares strings: %s with %s is %s', (pattern, event, expected) => {
    const found = answer(pattern, event);

    expect(found).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['{"a":[{"anything-but":"x"}]}', '{"a":null}', true],
    ['{"a":[{"anything-but":[5,6]}]}', '{"a":"5"}', true],
    ['{"a":[{"anything-but":[5,6]}]}', '{"a":6e0}', false],
    ['{"a":[{"anything-but":5}]}', '{"a":5.00000000000000000001}', true],
    ['{"a":[{"anything-but":{"wildcard":["*.log","tmp*"]}}]}', '{"a":"tmp1"}', false],
    ['{"a":[{"anything-but":{"wildcard":["*.log","tmp*"]}}]}', '{"a":"a.txt"}', true],
    ['{"a":[{"anything-but":"10.0.0.1"}]}', '{"a":"10.0.0.01"}', true],
    ['{"a":[{"cidr":"10.0.0.0/8"},{"anything-but":"12.0.0.1"}]}', '{"a":"12.0.0.1"}', false],
    ['{"a":[{"cidr":"10.0.0.0/8"},{"prefix":"12."}]}', '{"a":"12.0.0.1"}', true],
    ['{"a":[{"cidr":"10.0.0.7/24"}]}', '{"a":"10.0.0.1"}', true],
    ['{"a":[{"cidr":"0.0.0.0/0"}]}', '{"a":"2001:db8::1"}', true],
    ['{"a":[{"cidr":"2001:db8::/32"}]}', '{"a":"2001:DB8:0:1::"}', true],
    ['{"a":[{"anything-but":"x"},{"numeric":[">",9]}]}', '{"a":5}', true],
    ['{"a":[{"numeric":["=",0.1]}]}', '{"a":0.1000000000000000055}', false],
    ['{"a":[{"numeric":[">",5e9]}]}', '{"a":5000000000.000001}', true],
  ])('applies operators: %s to %s is %s', (pattern, event, expected) => {
    const found = answer(pattern, event);

    expect(found).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ['{"a":[{"exists":false}]}', '{"a":{"b":1}}', true],
    ['{"a":[{"exists":false}]}', '{"a":[[]]}', true],
    ['{"a":[{"exists":true}]}', '{"a":[null]}', true],
    ['{"p":{"c":[1],"d":[{"exists":false}]}}', '{"p":[{"c":1},{"d":2}]}', true],
    ['{"p":{"b":[{"exists":false}],"c":[1]}}', '{"p":[{"c":1},{"b":2}]}', false],
    ['{"a":["1"],"$or":[{"a":["2"]},{"b":["3"]}]}', '{"a":"2"}', true],
    ['{"a":["1"],"$or":[{"a":["2"]},{"b":["3"]}]}', '{"a":"1"}', false],
    ['{"$or":[{"a":["2"]},{"b":["3"]}],"a":["1"]}', '{"a":"1","b":"x"}', true],
    ['{"a":{"b":["x"]}}', '{"a.b":"x"}', true],
    ['{"a.b":["x"]}', '{"a":{"b":"x"}}', true],
    ['{"a":["q"],"a":{"b":["x"]}}', '{"a":["q",{"b":"x"}]}', true],
    ['{"":["x"]}', '{"":"x"}', true],
    ['{"":{"a":["x"]}}', '{"a":"x"}', true],
    ['{".":["x"]}', '{".":"x"}', true],
    ['{"a.":["x"]}', '{"a.":"x"}', true],
    ['{"a.":["x"]}', '{"a":{"":"x"}}', false],
    ['{"__proto__":["x"]}', '{"__proto__":"x"}', true],
    ['{"constructor":["x"]}', '{"a":1}', false],
    ['{"a":["x"]} trailing', '{"a":"x"} trailing', true],
  ])('finds fields: %s in %s is %s', (pattern, event, expected) => {
    const found = answer(pattern, event);

    expect(found).toBe(expected);
  });

  it('refuses an event that is not a JSON object instead of answering no', () => {
    const matches = compilePattern({ a: [{ exists: false }] });

    for (const event of ['[]', '"x"', 'null', '', '{"a":', '{"b":1,}', null, [], 5, undefined]) {
      expect(() => matches(event)).toThrow(UnmatchableEventError);
    }
  });

  it('refuses an event nested over a thousand levels deep, cyclic values included', () => {
    const matches = compilePattern({ a: ['x'] });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);

    expect(matches(`{"a":${'['.repeat(999)}"x"${']'.repeat(999)}}`)).toBe(true);
    expect(() => matches(`{"a":${'['.repeat(1_000)}"x"${']'.repeat(1_000)}}`)).toThrow(/nested/);
    expect(() => matches({ a: cyclic })).toThrow(UnmatchableEventError);
  });

  it('leaves what JSON leaves out of a parsed event', () => {
    const matches = compilePattern({ a: [{ exists: false }], b: [null] });

    expect(matches({ a: undefined, b: Number.NaN })).toBe(true);
    expect(matches({ a: () => 1, b: null })).toBe(true);
    expect(matches({ a: false, b: null })).toBe(false);
  });
});

const scalars = fc.oneof(
  fc.constantFrom('x', 'y', '', '10.0.0.1', 5, -0, 1e21, true, null),
  fc.string(),
);
const operators = fc.oneof(
  scalars,
  fc.record({ prefix: fc.string({ maxLength: 2 }) }),
  fc.record({ wildcard: fc.constantFrom('*', 'x*', '*y*') }),
  fc.record({ 'anything-but': fc.constantFrom('x', ['x', 'y'], 5, { suffix: 'y' }) }),
  fc.record({ numeric: fc.constantFrom(['>', 0], ['=', 5], ['>=', -1, '<', 6]) }),
  fc.record({ exists: fc.boolean() }),
);
const keys = fc.constantFrom('a', 'b', 'a.b', '');
const { pattern: patterns } = fc.letrec((tie) => ({
  pattern: fc.dictionary(keys, tie('field'), { minKeys: 1, maxKeys: 3 }),
  field: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.array(operators, { minLength: 1, maxLength: 3 }),
    tie('pattern'),
  ),
}));
const { object: events } = fc.letrec((tie) => ({
  object: fc.dictionary(keys, tie('value'), { maxKeys: 4 }),
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    fc.array(tie('value')),
    tie('object'),
  ),
}));

describe('compilePattern, for any input,', () => {
  it('answers alike for text and for parsed values', () => {
    fc.assert(
      fc.property(patterns, events, (pattern, event) => {
        const matches = compilePattern(pattern);
        const matchesFromText = compilePattern(JSON.stringify(pattern));

        const answers = [matches(event), matches(JSON.stringify(event)), matchesFromText(event)];

        expect(new Set(answers).size).toBe(1);
      }),
    );
  });

  it('throws nothing but InvalidPatternError, whatever the pattern is', () => {
    const operatorKeys = fc.constantFrom(
      'a',
      '$or',
      'numeric',
      'anything-but',
      'wildcard',
      'cidr',
      '=',
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('**', '\\', '10.0.0.0/33', '<', 1e308, null, true, Number.NaN, undefined),
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(operatorKeys, tie('json'), { maxKeys: 3 }),
      ),
    }));

    fc.assert(
      fc.property(fc.oneof(json, fc.anything(), fc.string(), fc.json()), (pattern) => {
        const found = answer(pattern, { a: 'x' });

        expect([true, false, 'invalid']).toContain(found);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes anything-but as the opposite of the same values, for a single scalar', () => {
    const values = fc.oneof(
      fc
        .array(fc.string(), { minLength: 1, maxLength: 3 })
        .filter((texts) => texts.every((text) => !/[.:]/.test(text))),
      fc.array(fc.integer(), { minLength: 1, maxLength: 3 }),
    );

    fc.assert(
      fc.property(values, scalars, (list, scalar) => {
        const isListed = compilePattern({ a: list })({ a: scalar });

        const isOther = compilePattern({ a: [{ 'anything-but': list }] })({ a: scalar });

        expect(isOther).toBe(!isListed);
      }),
    );
  });
});
