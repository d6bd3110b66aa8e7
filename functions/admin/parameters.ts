// Parameters that several routes take: whose, which one, which page.
import * as z from 'zod';
import { identifierPattern, subscriptionIdPattern } from '../../shared/identifiers.ts';
import { companyIdMax } from '../../shared/limits.ts';

export const companyIdParameter = z
  .string()
  .regex(
    new RegExp(`^[1-9]\\d{0,${String(companyIdMax).length - 1}}$`),
    "must be the company's plain number, such as 318",
  )
  .transform(Number)
  .describe("The company's plain number.");

export const company = z.object({ company_id: companyIdParameter });

/** Malformed ids are not refused but not found: an id is whatever creation gave. */
export const subscription = company.extend({
  id: z.string().max(64).meta({ pattern: subscriptionIdPattern.source }),
});

export const eventId = z
  .string()
  .regex(identifierPattern, 'must be an event id: letters, digits, "_" and "-", at most 64')
  .describe('An event, as `webhook-id` names it.');

/** ISO 8601 in UTC or with an offset. */
export const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
