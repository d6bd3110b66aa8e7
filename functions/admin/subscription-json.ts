// A subscription as the admin API takes and gives it: the ATS's own style, snake_case.
import * as z from 'zod';
import { eventTypes, isEventTypeName } from '../../shared/event-types.ts';
import { urlCharactersMax } from '../../shared/limits.ts';
import type { Subscription } from '../../shared/subscription.ts';

const eventType = z.string().refine((value) => value === '*' || isEventTypeName(value), {
  error: `must be "*" or one of ${Object.keys(eventTypes).join(', ')}`,
}) as z.ZodType<Subscription['eventTypes'][number]>;

/** Strict: a misspelt setting that was dropped in silence would send a candidate's data where it should not go. */
export const newSubscription = z.strictObject({
  url: z.string().max(urlCharactersMax),
  event_types: z
    .array(eventType)
    .min(1)
    .max(50)
    .transform((types) => [...new Set(types)]),
  description: z.string().max(500).optional(),
  status: z.enum(['enabled', 'paused']).default('enabled'),
  /** Allows a second subscription to a URL that this company uses already. */
  allow_same_url: z.boolean().default(false),
});

export type NewSubscription = z.output<typeof newSubscription>;

export const companyIdParameter = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "must be the company's plain number, such as 318")
  .transform(Number);

export const toJson = (subscription: Subscription) => ({
  id: subscription.id,
  company_id: subscription.companyId,
  url: subscription.url,
  event_types: subscription.eventTypes,
  status: subscription.status,
  description: subscription.description ?? null,
  created_at: subscription.createdAt.toISOString(),
  updated_at: subscription.updatedAt.toISOString(),
});
