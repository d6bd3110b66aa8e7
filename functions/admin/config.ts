// What admin needs to be told at deploy.
import * as z from 'zod';

export const adminEnvironment = z.object({
  /** Loopback origins that the address guard lets pass. Empty wherever the template is deployed. */
  CALLBACK_ALLOW_LIST: z.string(),
  DELIVERIES_TABLE: z.string().min(1),
  /** Both name the fast lane; the other queues' names differ in their end. */
  DELIVERY_QUEUE_ARN: z.string().min(1),
  DELIVERY_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: z.string().min(1),
  /** `Source` of the ATS's events, and so of tests. */
  EVENT_SOURCE: z.string().min(1),
  EVENTS_TABLE: z.string().min(1),
  /** Milliseconds after which the feed lists an event. Tests wait for less. */
  FEED_DELAY_MS: z.string().regex(/^\d+$/, 'must be milliseconds').transform(Number),
  KEYS_TABLE: z.string().min(1),
  /** A slot has three digits: a thousand at most. */
  SUBSCRIPTIONS_PER_COMPANY: z
    .string()
    .regex(/^[1-9]\d{0,2}$|^1000$/)
    .transform(Number),
  SUBSCRIPTIONS_TABLE: z.string().min(1),
  /** Of Rappel, as package.json says it. */
  VERSION: z.string().min(1),
});

export type AdminEnvironment = z.input<typeof adminEnvironment>;
