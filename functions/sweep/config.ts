// What the sweep needs to be told at deploy.
import * as z from 'zod';

export const sweepEnvironment = z.object({
  DELIVERIES_TABLE: z.string().min(1),
  EVENT_BUS_NAME: z.string().min(1),
  EVENTS_TABLE: z.string().min(1),
  SLOW_QUEUE_URL: z.url(),
  SUBSCRIPTIONS_TABLE: z.string().min(1),
});

export type SweepEnvironment = z.input<typeof sweepEnvironment>;
