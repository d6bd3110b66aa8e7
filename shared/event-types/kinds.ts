// The kinds of value that fields have. A format is said here once, for every field of its kind.
import * as z from 'zod';
import { annotate } from './field.ts';

/** One of the two families of ids; which one a field has depends on the place. */
export const plainId = annotate(z.int().min(1), { thin: 'id', example: 318 });

/** The other family: case counts. */
export const encodedId = annotate(
  z.string().regex(/^[0-9A-Za-z]{16}$/, 'must be 16 letters or digits'),
  {
    thin: 'id',
    format: { fr: '16 lettres ou chiffres', en: '16 letters or digits' },
    example: 'q7Rk2VbXm4TzN9Ld',
  },
);

export const instant = annotate(
  z.iso.datetime({
    precision: 3,
    error: 'must be an ISO 8601 instant in UTC with milliseconds, such as 2026-10-10T09:16:00.120Z',
  }),
  {
    format: {
      fr: 'ISO 8601, UTC',
      en: 'ISO 8601, UTC',
    },
    example: '2026-10-10T09:16:00.120Z',
  },
);

export const text = z.string();

export const html = annotate(z.string(), { format: { fr: 'HTML', en: 'HTML' } });

/** Not checked: what people type as an address of a page often is none. */
export const link = annotate(z.string(), { format: { fr: 'URL', en: 'URL' } });

/** A page that anybody may open. */
export const publicLink = annotate(link, { thin: 'link' });

export const flag = z.boolean();

export const whole = z.int();

/** A number in one of the ATS's lists, such as the kinds of contract. */
export const referentialNumber = z.int();

/** Present, and of a shape that nobody has written down. */
export const undocumented = annotate(z.unknown(), {
  format: { fr: 'forme non documentée', en: 'shape not documented' },
  example: null,
});

/** Several values in one string. */
export const semicolonList = annotate(z.string(), {
  format: { fr: 'valeurs séparées par « ; »', en: 'values separated by ";"' },
});
