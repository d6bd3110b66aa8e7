// From JSON Schema 2020-12 to draft 4, the newest that the EventBridge schema registry takes.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-schema-create.html

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * A schema that takes the same values, as draft 4 says it. The `$id` is left out: the registry has its own name for it.
 * https://json-schema.org/draft-04/json-schema-validation
 * @throws Error naming a keyword that draft 4 has no words for
 */
export const toDraft4 = (schema: JsonSchema): JsonSchema => {
  const { $schema: _, $id: __, ...rest } = schema;
  return { $schema: 'http://json-schema.org/draft-04/schema#', ...(convert(rest) as JsonSchema) };
};

/** What a keyword of one schema becomes. */
type Convert = (value: unknown, schema: JsonSchema) => JsonSchema;

const convert = (schema: unknown): JsonSchema => {
  if (schema === true) return {};
  if (schema === false) return { not: {} };
  const converted = Object.entries(schema as JsonSchema).map(([keyword, value]) => {
    if (beyondDraft4.has(keyword)) refuse(keyword);
    return converters.get(keyword)?.(value, schema as JsonSchema) ?? { [keyword]: value };
  });
  return withReferenceAlone(Object.assign({}, ...converted));
};

const convertMap = (value: unknown): JsonSchema =>
  Object.fromEntries(
    Object.entries(value as JsonSchema).map(([name, each]) => [name, convert(each)]),
  );

const convertList = (value: unknown): JsonSchema[] => (value as unknown[]).map(convert);

/** Here, and only here, draft 4 takes true and false for a schema. */
const convertOpen = (value: unknown): unknown =>
  typeof value === 'boolean' ? value : convert(value);

/** In draft 4 `exclusiveMinimum` is a word about `minimum`: of two bounds only the narrower can be said. */
const bound =
  (inclusive: string, exclusive: string, narrower: (...limits: number[]) => number): Convert =>
  (_, { [inclusive]: open, [exclusive]: closed }) => {
    const limits = [open, closed].filter((each) => typeof each === 'number');
    const limit = narrower(...limits);
    return { [inclusive]: limit, ...(closed === limit && { [exclusive]: true }) };
  };

const lowerBound = bound('minimum', 'exclusiveMinimum', Math.max);
const upperBound = bound('maximum', 'exclusiveMaximum', Math.min);

/** By keyword, since each says where there are schemas in it. What is not here draft 4 reads the same way, or not at all. */
const converters: ReadonlyMap<string, Convert> = new Map<string, Convert>([
  ['$defs', (value) => ({ definitions: convertMap(value) })],
  ['$ref', (value) => ({ $ref: String(value).replace('#/$defs/', '#/definitions/') })],
  ['const', (value) => ({ enum: [value] })],
  ['properties', (value) => ({ properties: convertMap(value) })],
  ['patternProperties', (value) => ({ patternProperties: convertMap(value) })],
  ['additionalProperties', (value) => ({ additionalProperties: convertOpen(value) })],
  ['prefixItems', (value) => ({ items: convertList(value) })],
  [
    'items',
    (value, { prefixItems }) =>
      prefixItems ? { additionalItems: convertOpen(value) } : { items: convert(value) },
  ],
  ['not', (value) => ({ not: convert(value) })],
  ['anyOf', (value) => ({ anyOf: convertList(value) })],
  ['allOf', (value) => ({ allOf: convertList(value) })],
  ['oneOf', (value) => ({ oneOf: convertList(value) })],
  ['minimum', lowerBound],
  ['exclusiveMinimum', lowerBound],
  ['maximum', upperBound],
  ['exclusiveMaximum', upperBound],
  [
    'propertyNames',
    // Every name is a string. Draft 4 has no words for any other condition on names.
    (value) => (JSON.stringify(value) === '{"type":"string"}' ? {} : refuse('propertyNames')),
  ],
]);

/** Of later drafts, or of schemas in several documents: without an equal in draft 4. */
const beyondDraft4: ReadonlySet<string> = new Set([
  ...['$id', '$anchor', '$dynamicRef', '$dynamicAnchor', '$vocabulary'],
  ...['contains', 'minContains', 'maxContains', 'if', 'then', 'else'],
  ...['dependentRequired', 'dependentSchemas', 'unevaluatedItems', 'unevaluatedProperties'],
]);

/** Draft 4 passes over what stands beside a reference. https://json-schema.org/draft-04/json-schema-core#rfc.section.7 */
const withReferenceAlone = ({ $ref, ...rest }: JsonSchema): JsonSchema => {
  if ($ref === undefined) return rest;
  if (Object.keys(rest).length === 0) return { $ref };
  const { allOf = [], ...beside } = rest;
  return { ...beside, allOf: [{ $ref }, ...(allOf as JsonSchema[])] };
};

const refuse = (keyword: string): never => {
  throw new Error(`JSON Schema draft 4 has no "${keyword}": say it in the catalogue without`);
};
