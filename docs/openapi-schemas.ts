// The schemas of all events side by side: what they share is there once, under a name of its own.
import type { EventTypeEntry } from '../shared/event-types/define-event-type.ts';
import { callbackJsonSchema, type JsonSchema } from '../shared/event-types/json-schema.ts';
import { type Definitions, definitionsOf } from './read-schema.ts';

type Schemas = Record<string, JsonSchema>;

/**
 * `candidate.moved` and so on, and the shared objects. One that events show with different fields has a name for
 * each: `applicant`, and `applicant_in_candidate.moved` after the first event that shows it otherwise.
 */
export const componentSchemas = (entries: readonly EventTypeEntry[]): Schemas => {
  const schemas: Schemas = {};
  const nameByContent = new Map<string, string>();
  for (const entry of entries) {
    const schema = callbackJsonSchema(entry, 'en');
    const definitions = definitionsOf(schema);
    const names: Record<string, string> = {};
    const added: string[] = [];
    for (const [name, definition] of Object.entries(definitions)) {
      const content = `${name} ${JSON.stringify(expand(definition, definitions))}`;
      const known = nameByContent.get(content);
      const taken = [...nameByContent.values()].includes(name);
      names[name] = known ?? (taken ? `${name}_in_${entry.name}` : name);
      nameByContent.set(content, names[name]);
      if (known === undefined) added.push(name);
    }
    for (const name of added) schemas[names[name]!] = rename(definitions[name]!, names);
    schemas[entry.name] = rename(bodyOf(schema), names);
  }
  return schemas;
};

/** What makes a document of its own is left out. */
const bodyOf = (schema: JsonSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => !['$schema', '$id', '$defs'].includes(keyword)),
  );

/** With every reference replaced by what it leads to: two objects are the same when all of it is. */
const expand = (node: unknown, definitions: Definitions): unknown => {
  if (Array.isArray(node)) return node.map((item) => expand(item, definitions));
  if (typeof node !== 'object' || node === null) return node;
  const { $ref, ...rest } = node as JsonSchema;
  const own = Object.entries(rest).map(([key, value]) => [key, expand(value, definitions)]);
  return {
    ...Object.fromEntries(own),
    ...(typeof $ref === 'string' && {
      $ref: expand(definitions[$ref.replace('#/$defs/', '')], definitions),
    }),
  };
};

const rename = <Node>(node: Node, names: Readonly<Record<string, string>>): Node => {
  if (Array.isArray(node)) return node.map((item) => rename(item, names)) as Node;
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).map(([key, value]) =>
    key === '$ref'
      ? [key, `#/components/schemas/${names[String(value).replace('#/$defs/', '')]}`]
      : [key, rename(value, names)],
  );
  return Object.fromEntries(entries);
};
