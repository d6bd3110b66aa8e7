// Reads the catalogue's JSON Schema: the one source of the field tables and of the contract.
import type { JsonSchema } from '../shared/event-types/json-schema.ts';

export type Kind = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'any';

/** One of the kinds of value that a schema allows, null aside. */
export interface Alternative {
  readonly kind: Kind;
  /** Of a shared object: its name in `$defs`. */
  readonly name?: string;
  /** The schema itself, its reference followed. */
  readonly schema: JsonSchema;
}

/** What a schema allows: null or not, and otherwise what. A schema that allows anything allows null. */
export interface Allowed {
  readonly nullable: boolean;
  readonly alternatives: readonly Alternative[];
}

export interface SchemaField {
  readonly name: string;
  readonly schema: JsonSchema;
  /** Always there, though perhaps null. */
  readonly required: boolean;
}

/** The shared objects of a generated schema, by name. */
export type Definitions = Readonly<Record<string, JsonSchema>>;

export const definitionsOf = (schema: JsonSchema): Definitions =>
  (schema.$defs ?? {}) as Definitions;

/** The fields of an object, in the order in which they are sent. */
export const fieldsOf = ({ properties = {}, required = [] }: JsonSchema): SchemaField[] =>
  Object.entries(properties as Record<string, JsonSchema>).map(([name, schema]) => ({
    name,
    schema,
    required: (required as readonly string[]).includes(name),
  }));

/** @throws Error naming a keyword that the generator of the catalogue did not use before */
export const allowedBy = (schema: JsonSchema, definitions: Definitions): Allowed => {
  if (Array.isArray(schema.anyOf)) {
    const parts = (schema.anyOf as JsonSchema[]).map((part) => allowedBy(part, definitions));
    return {
      nullable: parts.some(({ nullable }) => nullable),
      alternatives: parts.flatMap(({ alternatives }) => alternatives),
    };
  }
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.replace('#/$defs/', '');
    const target = definitions[name];
    if (target === undefined) throw new Error(`${schema.$ref} leads nowhere`);
    return { nullable: false, alternatives: [{ kind: 'object', name, schema: target }] };
  }
  const kinds = kindsOf(schema);
  return {
    nullable: kinds.includes('null') || kinds.includes('any'),
    alternatives: kinds.filter((kind) => kind !== 'null').map((kind) => ({ kind, schema })),
  };
};

/** The values that a schema names one by one. */
export const valuesOf = ({ enum: values, const: value }: JsonSchema): unknown[] | undefined =>
  value === undefined ? (values as unknown[] | undefined) : [value];

const unread = ['oneOf', 'allOf', 'if', 'prefixItems', 'patternProperties', '$dynamicRef'];

const kindsOf = (schema: JsonSchema): readonly (Kind | 'null')[] => {
  const surprise = unread.find((keyword) => keyword in schema);
  if (surprise) throw new Error(`The documentation cannot read "${surprise}" of JSON Schema yet`);
  const { type = 'any' } = schema;
  return (Array.isArray(type) ? type : [type]) as readonly (Kind | 'null')[];
};
