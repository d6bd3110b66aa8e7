// A validator of JSON Schema draft 4, as small as the tests of the conversion need: it refuses keywords it does not know.
// https://json-schema.org/draft-04/json-schema-validation
import { isDeepStrictEqual } from 'node:util';
import type { JsonSchema } from '../../../infra/draft-4-schema.ts';

type Check = (expected: never, value: unknown, schema: JsonSchema, root: JsonSchema) => boolean;

/** Whether the value is what the schema says. @throws Error naming a keyword that is not draft 4's */
export const isValidDraft4 = (schema: JsonSchema, value: unknown, root = schema): boolean => {
  // What stands beside a reference counts for nothing in draft 4.
  if (typeof schema.$ref === 'string') return isValidDraft4(follow(schema.$ref, root), value, root);
  return Object.entries(schema).every(([keyword, expected]) => {
    if (silent.test(keyword)) return true;
    const check = checks[keyword];
    if (check === undefined) throw new Error(`"${keyword}" is no keyword of draft 4`);
    return check(expected as never, value, schema, root);
  });
};

/** Say something to people, or to another keyword. */
const silent =
  /^(\$schema|title|description|definitions|format|exclusiveMinimum|exclusiveMaximum|additionalItems|x-.*)$/;

const follow = (reference: string, root: JsonSchema): JsonSchema =>
  (root.definitions as Record<string, JsonSchema>)[reference.replace('#/definitions/', '')]!;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOfType = (type: string, value: unknown): boolean => {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
};

const checks: Readonly<Record<string, Check>> = {
  type: (types: string | string[], value) => [types].flat().some((type) => isOfType(type, value)),
  enum: (values: unknown[], value) => values.some((each) => isDeepStrictEqual(each, value)),
  minimum: (limit: number, value, { exclusiveMinimum }) =>
    typeof value !== 'number' || (exclusiveMinimum ? value > limit : value >= limit),
  maximum: (limit: number, value, { exclusiveMaximum }) =>
    typeof value !== 'number' || (exclusiveMaximum ? value < limit : value <= limit),
  pattern: (pattern: string, value) =>
    typeof value !== 'string' || RegExp(pattern, 'u').test(value),
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  required: (names: string[], value) =>
    !isObject(value) || names.every((name) => Object.hasOwn(value, name)),
  properties: (properties: Record<string, JsonSchema>, value, _, root) =>
    !isObject(value) ||
    Object.entries(properties).every(
      ([name, schema]) => !Object.hasOwn(value, name) || isValidDraft4(schema, value[name], root),
    ),
  additionalProperties: (rest: boolean | JsonSchema, value, { properties = {} }, root) =>
    !isObject(value) ||
    Object.entries(value)
      .filter(([name]) => !Object.hasOwn(properties as object, name))
      .every(([, each]) => isOpen(rest, each, root)),
  items: (items: JsonSchema | JsonSchema[], value, { additionalItems = true }, root) =>
    !Array.isArray(value) ||
    value.every((each, index) =>
      Array.isArray(items)
        ? isOpen(items[index] ?? (additionalItems as JsonSchema), each, root)
        : isValidDraft4(items, each, root),
    ),
  not: (schema: JsonSchema, value, _, root) => !isValidDraft4(schema, value, root),
  anyOf: (schemas: JsonSchema[], value, _, root) =>
    schemas.some((schema) => isValidDraft4(schema, value, root)),
  allOf: (schemas: JsonSchema[], value, _, root) =>
    schemas.every((schema) => isValidDraft4(schema, value, root)),
  oneOf: (schemas: JsonSchema[], value, _, root) =>
    schemas.filter((schema) => isValidDraft4(schema, value, root)).length === 1,
};

const isOpen = (schema: boolean | JsonSchema, value: unknown, root: JsonSchema): boolean =>
  typeof schema === 'boolean' ? schema : isValidDraft4(schema, value, root);
