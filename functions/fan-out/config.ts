// What fan-out needs to be told at deploy.
import * as z from 'zod';

export const fanOutEnvironment = z.object({
  DELIVERIES_TABLE: z.string().min(1),
  DELIVERY_QUEUE_URL: z.url(),
  EVENTS_TABLE: z.string().min(1),
  SUBSCRIPTIONS_TABLE: z.string().min(1),
});

export type FanOutEnvironment = z.input<typeof fanOutEnvironment>;
