// A subscription as the admin API takes and gives it: the ATS's own style, snake_case.
import * as z from 'zod';
import { customHeaders } from '../../../shared/custom-headers.ts';
import { eventTypes, isEventTypeName } from '../../../shared/event-types.ts';
import { subscriptionIdPattern } from '../../../shared/identifiers.ts';
import { callbacksPerSecondMax, urlCharactersMax } from '../../../shared/limits.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { shownKeyJson } from '../keys/key-json.ts';
import { settings, shownSettings, showSettings } from './subscription-settings.ts';

const eventType = z
  .string()
  .refine((value) => value === '*' || isEventTypeName(value), {
    error: `must be "*" or one of ${Object.keys(eventTypes).join(', ')}`,
  })
  .meta({ enum: ['*', ...Object.keys(eventTypes)] }) as z.ZodType<
  Subscription['eventTypes'][number]
>;

/** Strict: a misspelt setting that was dropped in silence would send a candidate's data where it should not go. */
export const newSubscription = z.strictObject({
  url: z.string().max(urlCharactersMax),
  event_types: z
    .array(eventType)
    .min(1)
    .max(50)
    .transform((types) => [...new Set(types)]),
  description: z
    .string()
    .max(500)
    // DynamoDB stores UTF-8, which has no half characters.
    .refine((text) => text.isWellFormed(), 'must not hold half a character (a lone surrogate)')
    .nullable()
    .optional(),
  ...settings,
  signature: z
    .enum(['v1', 'v1a'])
    .optional()
    .describe('`v1`: HMAC-SHA256, the default. `v1a`: ed25519.'),
  headers: customHeaders
    .nullable()
    .optional()
    .describe('Sent with each callback to this scheme, host and port. Values are never shown.'),
  max_per_second: z
    .int()
    .min(1)
    .max(callbacksPerSecondMax)
    .nullable()
    .optional()
    .describe('Callbacks a second, at most. What is over waits, and spends no attempt.'),
  status: z.enum(['enabled', 'paused']).default('enabled'),
  /** Allows a second subscription to a URL that this company uses already. */
  allow_same_url: z.boolean().default(false),
});

export type NewSubscription = z.output<typeof newSubscription>;

const { url, event_types, status, allow_same_url, signature } = newSubscription.shape;

/** What is not named stays. Null takes back what may be left out. */
export const subscriptionPatch = newSubscription.extend({
  url: url.optional(),
  event_types: event_types.optional(),
  signature: signature.describe('A change makes a new key; the old one goes on signing for a day.'),
  headers: z
    .record(z.string(), z.string().nullable())
    .nullable()
    .optional()
    .describe(
      'Merged by name; null takes one back, or all. A change of scheme, host or port takes back all that are ' +
        'not sent with it.',
    ),
  status: status.unwrap().optional(),
  allow_same_url: allow_same_url.unwrap().default(false),
});

export type SubscriptionPatch = z.output<typeof subscriptionPatch>;

/** Strict the other way too: a field that is not named here is never shown. */
export const subscriptionJson = z.strictObject({
  id: z.string().regex(subscriptionIdPattern),
  company_id: z.int().positive(),
  url: z.string(),
  event_types: z.array(z.string()).min(1),
  ...shownSettings,
  signature: z
    .enum(['v1', 'v1a'])
    .describe('Public keys of `v1a`, several while one follows another: `GET …/keys`.'),
  header_names: z.array(z.string()).describe('Of its own headers.'),
  max_per_second: z.int().nullable(),
  status: z
    .enum(['enabled', 'paused', 'disabled'])
    .describe('`disabled` is Rappel’s doing: five days of failures, or the receiver asked.'),
  description: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

/** In the answers to a creation, and to a change of scheme, alone: with the new key. */
export const createdSubscriptionJson = subscriptionJson.extend(shownKeyJson.shape);

export const subscriptionToJson = (subscription: Subscription): z.output<typeof subscriptionJson> =>
  subscriptionJson.parse({
    id: subscription.id,
    company_id: subscription.companyId,
    url: subscription.url,
    event_types: subscription.eventTypes,
    ...showSettings(subscription),
    signature: subscription.signature ?? 'v1',
    header_names: subscription.headerNames ?? [],
    max_per_second: subscription.maxPerSecond ?? null,
    status: subscription.status,
    description: subscription.description ?? null,
    created_at: subscription.createdAt.toISOString(),
    updated_at: subscription.updatedAt.toISOString(),
  });
