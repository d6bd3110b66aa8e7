// Where an event's `data` is not what the catalogue says. The publisher refuses such data; fan-out only reports it.
import type * as z from 'zod';
import { type EventTypeName, eventTypes } from '../event-types.ts';

export interface Deviation {
  /** From `data` on, with dots: `applicant.applies.0.id`. Empty for `data` itself. */
  readonly path: string;
  /** What is wrong and what would be right, never a value: it goes to logs. */
  readonly problem: string;
}

/** Deviations listed of one event: a log line must stay short, and the first ones tell the cause. */
export const deviationsMax = 50;

/** Characters of a path: names of unknown fields are the sender's, and none may flood a log. */
export const pathCharactersMax = 200;

/** Every field of `data`, up to 50, that the catalogue does not know or that has another type. Never throws. */
export const findDeviations = (type: EventTypeName, data: unknown): Deviation[] =>
  deviationsFrom(eventTypes[type].data, data);

/** As `findDeviations`, for any schema. */
export const deviationsFrom = (schema: z.ZodType, value: unknown): Deviation[] => {
  const result = schema.safeParse(value);
  return result.success
    ? []
    : result.error.issues.flatMap((issue) => explain(issue, value)).slice(0, deviationsMax);
};

/** The same, told from the object that has the value under this name. */
export const within = (parent: string, deviations: readonly Deviation[]): Deviation[] =>
  deviations.map(({ path, problem }) => ({
    path: path === '' ? parent : `${parent}.${path}`,
    problem,
  }));

const explain = (issue: z.core.$ZodIssue, root: unknown): Deviation[] => {
  const at = (problem: string, key?: string): Deviation[] => [
    { path: pathOf(key === undefined ? issue.path : [...issue.path, key]), problem },
  ];
  const actual = kindOf(valueAt(root, issue.path));
  if (actual === 'undefined') return at('is missing');
  switch (issue.code) {
    case 'invalid_type':
      return at(`must be ${expectedBy(issue)}, not ${actual}`);
    case 'invalid_value':
      return at(`must be ${expectedBy(issue)}`);
    case 'unrecognized_keys':
      return issue.keys.flatMap((key) => at('is not in the catalogue', key));
    case 'invalid_union':
      return explainUnion(issue, root) ?? at(`must be ${expectedBy(issue)}, not ${actual}`);
    case 'too_small':
      return at(
        issue.origin === 'array'
          ? `must have ${issue.minimum} or more items`
          : `must be ${issue.minimum} or more`,
      );
    case 'too_big':
      return at(`must be ${issue.maximum} or less`);
    default:
      return at(issue.message);
  }
};

/**
 * Of several possible objects, the one with the fewest deviations was meant, and not the empty one.
 * Undefined when the value is none of the kinds allowed.
 */
const explainUnion = (
  { path, errors }: z.core.$ZodIssueInvalidUnion,
  root: unknown,
): Deviation[] | undefined =>
  errors
    .filter((issues) => issues.every((issue) => isInside(issue) && !isNever(issue)))
    .map((issues) =>
      issues.flatMap((issue) => explain({ ...issue, path: [...path, ...issue.path] }, root)),
    )
    .toSorted((a, b) => a.length - b.length)[0];

const isInside = ({ code, path }: z.core.$ZodIssue): boolean =>
  path.length > 0 || code === 'unrecognized_keys';

const isNever = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' && issue.expected === 'never';

const expectedBy = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return kindNames[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ');
    case 'invalid_union':
      return issue.errors.flatMap(([first]) => (first ? [expectedBy(first)] : [])).join(' or ');
    default:
      return issue.message.replace('must be ', '');
  }
};

/** Our words for zod's kinds. */
const kindNames: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'an integer',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'an array',
  nonoptional: 'present',
};

const pathOf = (path: readonly PropertyKey[]): string => path.join('.').slice(0, pathCharactersMax);

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'number':
      return Number.isInteger(value) ? 'an integer' : 'a fraction';
    case 'undefined':
      return 'undefined';
    default:
      return `a ${typeof value}`;
  }
};

const valueAt = (root: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? (value as Record<PropertyKey, unknown>)[key]
        : undefined,
    root,
  );
