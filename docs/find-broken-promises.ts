// Holds a callback to a published contract: what a step down to an earlier version must still give its receivers.
import type { ContractField } from './contract.ts';
import type { Kind } from './read-schema.ts';

export interface BrokenPromise {
  /** From the callback's root: `data.applicant.applies[].id`. */
  readonly path: string;
  readonly problem: string;
}

type Fields = Readonly<Record<string, ContractField>>;

/** Of one version's fields. What a callback has on top breaks nothing: receivers pass over it. */
export const findBrokenPromises = (fields: Fields, callback: object): BrokenPromise[] =>
  inObject(fields, '', callback);

const inObject = (fields: Fields, path: string, value: object): BrokenPromise[] =>
  namesIn(fields, path).flatMap((name) => {
    const at = path === '' ? name : `${path}.${name}`;
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) return inValue(fields, at, member);
    return fields[at]!.required ? [{ path: at, problem: 'is missing' }] : [];
  });

const inValue = (fields: Fields, path: string, value: unknown): BrokenPromise[] => {
  const field = fields[path];
  // Inside what is of any shape, nothing is promised.
  if (field === undefined) return [];
  if (value === null) return field.nullable ? [] : [{ path, problem: 'is null' }];
  const kinds = kindsOf(value);
  if (!field.kinds.some((kind) => kinds.includes(kind))) {
    return [{ path, problem: `is ${kinds[0]}, not ${field.kinds.join(' or ')}` }];
  }
  if (field.values !== undefined && !field.values.includes(value)) {
    return [{ path, problem: 'has a value that was not published' }];
  }
  if (Array.isArray(value)) return value.flatMap((item) => inValue(fields, `${path}[]`, item));
  return typeof value === 'object' ? inObject(fields, path, value) : [];
};

/** The fields right below a path; none where it is an array or a scalar. */
const namesIn = (fields: Fields, path: string): string[] => {
  const prefix = path === '' ? '' : `${path}.`;
  return Object.keys(fields)
    .filter((at) => at.startsWith(prefix))
    .map((at) => at.slice(prefix.length))
    .filter((rest) => !/[.[]/.test(rest));
};

/** Every kind that takes the value. */
const kindsOf = (value: unknown): Kind[] => {
  if (Array.isArray(value)) return ['array', 'any'];
  if (typeof value === 'number') {
    return Number.isInteger(value) ? ['integer', 'number', 'any'] : ['number', 'any'];
  }
  return [typeof value as Kind, 'any'];
};
