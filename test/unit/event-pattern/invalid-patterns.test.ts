// What is refused, and whether the message names the place and says what would be right.
import { describe, expect, it } from 'vitest';
import { InvalidPatternError } from '../../../shared/event-pattern/pattern-errors.ts';
import { compilePattern } from '../../../shared/event-pattern.ts';

function refusalOf(pattern: unknown): InvalidPatternError {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (error instanceof InvalidPatternError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(pattern)}`);
}

const inField = (value: string) => `{"detail":{"status":[${value}]}}`;

describe('an invalid pattern', () => {
  it.each<[string, string, RegExp]>([
    ['5', '$', /an object such as .* not 5/],
    ['{}', '$', /name at least one field/],
    ['{"a":{}}', '$.a', /name at least one field/],
    ['{"a":"x"}', '$.a', /an array or an object, not "x": write \["…"\]/],
    ['{"detail-type":5}', '$["detail-type"]', /not 5/],
    ['{"a":[]}', '$.a', /at least one value/],
    [inField('["x"]'), '$.detail.status[0]', /not an array/],
    [inField('"x",{}'), '$.detail.status[1]', /empty match expression: use one of exactly, prefix/],
    [inField('{"regex":"x"}'), '$.detail.status[0]', /"regex" is no operator/],
    [inField('{"prefix":"x","suffix":"y"}'), '$.detail.status[0]', /nothing may stand beside/],
    [inField('{"prefix":"x","prefix":"x"}'), '$.detail.status[0]', /nothing may stand beside/],
    [inField('{"exactly":5}'), '$.detail.status[0]["exactly"]', /a string, not 5/],
    [inField('{"prefix":["x"]}'), '$.detail.status[0]["prefix"]', /a string, not an array/],
    [inField('{"suffix":{"prefix":"x"}}'), '$.detail.status[0]["suffix"]', /equals-ignore-case/],
    [
      inField('{"suffix":{"equals-ignore-case":1}}'),
      '$.detail.status[0]["suffix"]["equals-ignore-case"]',
      /not 1/,
    ],
    [inField('{"exists":"true"}'), '$.detail.status[0]["exists"]', /true or false, not "true"/],
    [inField('{"wildcard":"a**"}'), '$.detail.status[0]["wildcard"]', /in a row, at character 2/],
    [inField('{"wildcard":"a\\\\b"}'), '$.detail.status[0]["wildcard"]', /at character 2 must be/],
  ])('%s is refused at %s', (pattern, path, message) => {
    const refusal = refusalOf(pattern);

    expect(refusal).toMatchObject({ name: 'InvalidPatternError', code: 'INVALID_PATTERN', path });
    expect(refusal.message).toMatch(message);
    expect(refusal.message.startsWith(path)).toBe(true);
  });

  it.each([
    '{"anything-but":[]}',
    '{"anything-but":["x",5]}',
    '{"anything-but":[null]}',
    '{"anything-but":null}',
    '{"anything-but":1e400}',
    '{"anything-but":{}}',
    '{"anything-but":{"exists":true}}',
    '{"anything-but":{"prefix":[]}}',
    '{"anything-but":{"prefix":["x",""]}}',
    '{"anything-but":{"prefix":{"equals-ignore-case":"x"}}}',
    '{"anything-but":{"equals-ignore-case":5}}',
    '{"anything-but":{"wildcard":["*","**"]}}',
    '{"numeric":{}}',
    '{"numeric":[5]}',
    '{"numeric":[">"]}',
    '{"numeric":[">","5"]}',
    '{"numeric":["<",5,">",1]}',
    '{"numeric":["=",5,"<",9]}',
    '{"numeric":[">",1,"="]}',
    '{"numeric":[">",1,5,6]}',
    '{"numeric":[">=",5,"<=",5]}',
    '{"numeric":[">",0.1000000000000000055]}',
    '{"cidr":5}',
    '{"cidr":"10.0.0.0"}',
    '{"cidr":"10.0.0.0/8/8"}',
    '{"cidr":"10.0.0.0/32"}',
    '{"cidr":"10.0.0.0/-1"}',
    '{"cidr":"10.0.0.0/x"}',
    '{"cidr":"::/128"}',
    '{"cidr":"10.0.0/8"}',
    '{"cidr":"/8"}',
  ])('%s is refused', (value) => {
    const refusal = refusalOf(inField(value));

    expect(refusal.path).toMatch(/^\$\.detail\.status\[0\]/);
  });

  it.each([
    ['{"$or":{"a":["x"]}}', '$.$or'],
    ['{"$or":[{"a":["x"]}]}', '$.$or'],
    ['{"$or":[{"a":["x"]},"x"]}', '$.$or[1]'],
    ['{"$or":[{"a":["x"]},{}]}', '$.$or[1]'],
    ['{"$or":[{"a":["x"]},{"b":{"prefix":["x"]}}]}', '$.$or[1].b.prefix'],
    ['{"d":{"$or":[{"a":["x"]},{"=":["x"]}]}}', '$.d.$or[1]["="]'],
  ])('%s is refused at %s, for "$or" is no field', (pattern, path) => {
    const refusal = refusalOf(pattern);

    expect(refusal.path).toBe(path);
  });

  it('is refused over a thousand combinations of "$or"', () => {
    const or = { $or: [{ a: ['x'] }, { b: ['x'] }] };
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, or]));

    expect(compilePattern(fields(9))({})).toBe(false);
    expect(refusalOf(fields(10)).message).toMatch(/more than 1000 combinations/);
    expect(refusalOf(fields(60)).path).toBe('$.f9.$or');
  });

  it('is refused over 256 fields', () => {
    const fields = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, ['x']]));

    expect(compilePattern(fields(256))({})).toBe(false);
    expect(refusalOf(fields(257)).path).toBe('$.f256');
  });

  it('is refused where its text is no JSON, with line and column', () => {
    const refusal = refusalOf('{\n  "a": ["x",]\n}');

    expect(refusal.path).toBe('$');
    expect(refusal.position).toEqual({ offset: 14, line: 2, column: 13 });
    expect(refusal.message).toBe('line 2, column 13: expected a JSON value, found "]"');
  });

  it('is refused when it is a value too deep to be read', () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.a = cyclic;

    expect(refusalOf(cyclic).message).toMatch(/nested more than 1000 levels/);
    expect(refusalOf(undefined).message).toMatch(/an object such as/);
  });
});
