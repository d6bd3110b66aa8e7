// The three lists, property by property: emulated (a zod schema), inert, refused. Whatever is on
// none is refused too.
import * as z from 'zod';

/** Accepted, without effect on this machine. */
export const inert = z.unknown().optional();

/** Would change what happens, and is not emulated: says why, or what to do instead. */
export const refused = (why: string) => z.never({ error: why }).optional();

/** CloudFormation takes a number as text too. Both ends are allowed. */
export const wholeNumber = (min: number, max: number) => {
  const error = `wants a whole number from ${min} to ${max}.`;
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value),
    z.int({ error }).min(min, { error }).max(max, { error }),
  );
};

/** CloudFormation takes `"true"` for true. */
export const flag = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean({ error: 'wants true or false.' }),
);

/** CloudFormation makes text of a number or a boolean where text is wanted. */
export const text = z.preprocess(
  (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
  z.string({ error: 'wants text.' }),
);

/** Where the service wants the ARN, and `Ref` would give a name or a URL. */
export const arn = z.string().startsWith('arn:', { error: 'wants an ARN.' });

/** A resource's name in the template, which the service would refuse otherwise. */
export const givenName = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern, { error: `is no name for it; names match ${pattern.source}.` })
    .optional();

/** JSON as an object, or as the text of one. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);
