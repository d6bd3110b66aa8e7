// What deliver needs to be told at deploy.
import * as z from 'zod';

export const deliverEnvironment = z.object({
  /** Loopback origins that the address guard lets pass. Empty wherever the template is deployed. */
  CALLBACK_ALLOW_LIST: z.string(),
  DELIVERIES_TABLE: z.string().min(1),
  EVENTS_TABLE: z.string().min(1),
  KEYS_TABLE: z.string().min(1),
  /** Milliseconds, comma-separated. */
  RETRY_DELAYS_MS: z.string().regex(/^\d+(,\d+)*$/, 'must be milliseconds, separated by commas'),
  SLOW_QUEUE_URL: z.url(),
  SUBSCRIPTIONS_TABLE: z.string().min(1),
});

export type DeliverEnvironment = z.input<typeof deliverEnvironment>;
