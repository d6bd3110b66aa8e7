// Values from a JSON Schema: as it says, or nearly. For requests that get past the door.
import * as fc from 'fast-check';

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly required?: readonly string[];
}

/** Values that the schema takes, as far as it says what it takes. */
export const arbitraryOf = (schema: Schema): fc.Arbitrary<unknown> => {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(arbitraryOf));
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0
    ? fc.jsonValue()
    : fc.oneof(...types.map((type) => ofType(type, schema)));
};

const ofType = (type: string, schema: Schema): fc.Arbitrary<unknown> => {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -1_000, -(2 ** 31)),
        max: Math.min(schema.maximum ?? 1_000, 2 ** 31 - 1),
      });
    case 'number':
      return fc.double({ noNaN: true });
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case 'object':
      return objectOf(schema);
    default:
      return textOf(schema);
  }
};

const objectOf = ({
  properties = {},
  required = [],
  additionalProperties,
}: Schema): fc.Arbitrary<unknown> => {
  const named = fc.record(
    Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, arbitraryOf(each)])),
    { requiredKeys: [...required] },
  );
  if (typeof additionalProperties !== 'object') return named;
  const more = fc.dictionary(fc.string(), arbitraryOf(additionalProperties), { maxKeys: 3 });
  return fc.tuple(named, more).map(([one, other]) => ({ ...other, ...one }));
};

const textOf = ({
  pattern,
  format,
  minLength = 0,
  maxLength = 40,
}: Schema): fc.Arbitrary<string> => {
  if (format === 'date-time') {
    const [min, max] = [new Date('2026-09-01'), new Date('2026-12-31')];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.min(maxLength, 40) });
};

/** With one part of it, at any depth, replaced by something else, left out, or given a neighbour. */
export const nearly = (
  values: fc.Arbitrary<unknown>,
  others: fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> =>
  fc.tuple(values, others, fc.nat(), fc.nat(2)).map(([value, other, where, how]) => {
    const places = placesIn(value);
    const at = places[where % places.length]!;
    return altered(value, at, other, how);
  });

type Place = readonly (string | number)[];

const placesIn = (value: unknown, at: Place = []): Place[] => [
  at,
  ...(typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => placesIn(part, [...at, key]))
    : []),
];

const altered = (value: unknown, [key, ...rest]: Place, other: unknown, how: number): unknown => {
  if (key === undefined || typeof value !== 'object' || value === null) return other;
  const entries = Object.entries(value).flatMap(([name, part]): [string, unknown][] => {
    if (name !== key) return [[name, part]];
    if (rest.length > 0) return [[name, altered(part, rest, other, how)]];
    if (how === 0) return [];
    return how === 1
      ? [[name, other]]
      : [
          [name, part],
          [`${name}_`, other],
        ];
  });
  return Array.isArray(value) ? entries.map(([, part]) => part) : Object.fromEntries(entries);
};
