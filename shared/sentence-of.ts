// What a schema refuses, in words that say what would be right; where a schema has words of its own, those stand.
import type * as z from 'zod';

/** To be given to `safeParse` as `error`. Undefined leaves zod's own words. */
export const sentenceOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${kindOf(issue.expected)}`;
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${oneOf(issue.values)}`;
    case 'invalid_format':
      return formats[issue.format];
    case 'too_small':
    case 'too_big':
      return boundOf(issue);
    case 'unrecognized_keys':
      return `knows no ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
    default:
      return undefined;
  }
};

const kinds: Readonly<Record<string, string>> = {
  int: 'an integer',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
};

const kindOf = (expected: string): string => kinds[expected] ?? expected;

const formats: Readonly<Record<string, string>> = {
  datetime: 'must be an instant, such as 2026-10-12T08:15:30Z',
};

const oneOf = (values: readonly unknown[]): string => {
  const said = values.map((value) => JSON.stringify(value));
  return said.length === 1 ? said[0]! : `one of ${said.join(', ')}`;
};

type Bound = Extract<
  Parameters<z.core.$ZodErrorMap>[0],
  { readonly code: 'too_small' | 'too_big' }
>;

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };

const boundOf = (issue: Bound): string => {
  const [bound, side] =
    issue.code === 'too_small' ? [issue.minimum, 'least'] : [issue.maximum, 'most'];
  const unit = units[issue.origin];
  if (issue.inclusive === false) {
    return `must be ${issue.code === 'too_small' ? 'more' : 'less'} than ${bound}`;
  }
  return unit === undefined
    ? `must be ${bound} at ${side}`
    : `must have ${bound}${unit} at ${side}`;
};
