// What admin needs to be told at deploy.
import * as z from 'zod';

export const adminEnvironment = z.object({
  /** Loopback origins that the address guard lets pass. Empty wherever the template is deployed. */
  CALLBACK_ALLOW_LIST: z.string(),
  DELIVERIES_TABLE: z.string().min(1),
  KEYS_TABLE: z.string().min(1),
  SUBSCRIPTIONS_TABLE: z.string().min(1),
});

export type AdminEnvironment = z.input<typeof adminEnvironment>;
