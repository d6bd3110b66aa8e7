// Thin payloads: of an event's `data` only ids and public links, for companies that fetch the rest themselves.
import * as z from 'zod';
import { type EventTypeName, eventTypes } from '../event-types.ts';
import { bareOf, notesOf } from './field.ts';

/**
 * An allow-list: a value passes only where the catalogue has a field for it, marks that field as thin, and its
 * schema takes the value. A name in the place of an id goes nowhere, nor does anything unknown.
 */
export const thinData = (type: EventTypeName, data: unknown): Record<string, unknown> =>
  thinFrom(eventTypes[type].data, data);

/** As `thinData`, for any schema of an object. */
export const thinFrom = (schema: z.ZodType, data: unknown): Record<string, unknown> =>
  (thin(schema, data) as Record<string, unknown> | undefined) ?? {};

/** Undefined where nothing of the value may pass. */
const thin = (schema: z.ZodType, value: unknown): unknown => {
  const { thin: allowed, personal } = notesOf(schema);
  if (personal) return undefined;
  if (allowed) {
    const passes = schema.safeParse(value).success && (allowed === 'id' || isLink(value));
    return passes ? value : undefined;
  }
  const bare = bareOf(schema);
  if (bare instanceof z.ZodObject) return thinObject(bare, value);
  if (bare instanceof z.ZodArray) return thinArray(bare, value);
  if (bare instanceof z.ZodUnion) {
    return bare.options
      .map((option) => thin(option as z.ZodType, value))
      .find((result) => result !== undefined);
  }
  return undefined;
};

/** People type all sorts of things where the address of a page belongs. */
const isLink = (value: unknown): boolean =>
  value === null || /^https?:$/.test(URL.parse(String(value))?.protocol ?? '');

const thinObject = (schema: z.ZodObject, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>)
    .filter(([key]) => Object.hasOwn(value, key))
    .map(([key, field]) => [key, thin(field, (value as Record<string, unknown>)[key])] as const)
    .filter(([, result]) => result !== undefined);
  return fields.length > 0 ? Object.fromEntries(fields) : undefined;
};

const thinArray = (schema: z.ZodArray, value: unknown): unknown => {
  if (!Array.isArray(value)) return undefined;
  const items = value
    .map((item) => thin(schema.element as z.ZodType, item))
    .filter((item) => item !== undefined);
  return items.length > 0 ? items : undefined;
};
