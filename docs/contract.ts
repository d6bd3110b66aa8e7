// What receivers may rely on: every field of every published type, by version. `contract.json` is its record.
import type { EventTypeEntry } from '../shared/event-types/define-event-type.ts';
import { callbackJsonSchema, type JsonSchema } from '../shared/event-types/json-schema.ts';
import { allowedBy, definitionsOf, fieldsOf, type Kind, valuesOf } from './read-schema.ts';

export interface ContractField {
  /** In alphabetical order, null aside. */
  readonly kinds: readonly Kind[];
  readonly nullable: boolean;
  /** Always there, wherever the object that has it is. */
  readonly required: boolean;
  /** The only values, where they are named one by one. */
  readonly values?: readonly unknown[];
}

/** `candidate.moved@1` → path from the callback's root, such as `data.applicant.applies[].id` → field. */
export type Contract = Readonly<Record<string, Readonly<Record<string, ContractField>>>>;

export const versionName = ({ name, version }: Pick<EventTypeEntry, 'name' | 'version'>): string =>
  `${name}@${version}`;

/** The contract of the catalogue, and of the earlier versions of its types as they were published. */
export const contractOf = (entries: readonly EventTypeEntry[], published: Contract): Contract => {
  const current = entries.map((entry) => [versionName(entry), fieldsOfCallback(entry)] as const);
  const names = new Set(entries.map(({ name }) => name));
  const earlier = Object.entries(published).filter(([key]) => names.has(key.split('@')[0]!));
  return Object.fromEntries([...earlier, ...current].sort(([a], [b]) => (a < b ? -1 : 1)));
};

/** One line a field, so that a change can be read. */
export const renderContract = (contract: Contract): string => {
  const types = Object.entries(contract).map(([name, fields]) => {
    const lines = Object.entries(fields).map(
      ([path, field]) => `    ${JSON.stringify(path)}: ${JSON.stringify(field)}`,
    );
    return `  ${JSON.stringify(name)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${types.join(',\n')}\n}\n`;
};

const fieldsOfCallback = (entry: EventTypeEntry): Record<string, ContractField> => {
  const schema = callbackJsonSchema(entry, 'en');
  const definitions = definitionsOf(schema);
  const found: Record<string, ContractField> = {};

  const readObjects = (path: string, objects: readonly JsonSchema[]): void => {
    const fields = objects.map(fieldsOf);
    const names = new Set(fields.flat().map(({ name }) => name));
    for (const name of names) {
      const same = fields.flatMap((each) => each.filter((field) => field.name === name));
      const required = same.length === objects.length && same.every((field) => field.required);
      read(
        path === '' ? name : `${path}.${name}`,
        same.map(({ schema }) => schema),
        required,
      );
    }
  };

  const read = (path: string, schemas: readonly JsonSchema[], required: boolean): void => {
    const allowed = schemas.map((each) => allowedBy(each, definitions));
    const alternatives = allowed.flatMap((each) => each.alternatives);
    const values = alternatives.map(({ schema }) => valuesOf(schema));
    found[path] = {
      kinds: [...new Set(alternatives.map(({ kind }) => kind))].sort(),
      nullable: allowed.some(({ nullable }) => nullable),
      required,
      ...(values.length > 0 && values.every(Boolean) && { values: values.flat().sort() }),
    };
    const objects = alternatives.filter(({ kind }) => kind === 'object');
    readObjects(
      path,
      objects.map(({ schema }) => schema),
    );
    const items = alternatives.flatMap(({ schema }) => (schema.items ? [schema.items] : []));
    if (items.length > 0) read(`${path}[]`, items as JsonSchema[], true);
  };

  readObjects('', [schema]);
  return found;
};
