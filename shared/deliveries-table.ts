// The deliveries table: key (company#event, subscription). State and timer in one item.
import { createHash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type AttemptSummary, type Delivery, expiresAtOf } from './delivery.ts';
import { eventKey, subscriptionPartition } from './identifiers.ts';
import { retentionDays } from './limits.ts';
import { dated, expirySeconds, fromItem, getItem, type Item, putOverRevision } from './row.ts';
import { deliveryShards, noticeShard } from './timers-table.ts';

interface DeliveryRow {
  readonly company_id: number;
  readonly event_id: string;
  readonly subscription_id: string;
  readonly event_type: string;
  readonly variant: string;
  readonly status: Delivery['status'];
  readonly attempts: number;
  readonly round_start: number;
  readonly next_attempt_at?: string;
  readonly due_at?: string;
  /** Set while it is parked: the key of the index `parked`. */
  readonly parked_at?: string;
  readonly logged_at: string;
  readonly updated_at: string;
  readonly last_attempts: readonly SummaryRow[];
  readonly test?: true;
  readonly job?: string;
  /** Seconds since 1970. */
  readonly expires_at: number;
  readonly revision: number;
}

interface SummaryRow {
  readonly number: number;
  readonly at: string;
  readonly ms: number;
  readonly met: string;
  readonly peer?: string;
  /** Absent: scheduled. */
  readonly trigger?: 'manual';
  readonly request?: string;
}

export type DeliveryName = Pick<Delivery, 'companyId' | 'eventId' | 'subscriptionId'>;

export const deliveryKey = ({ companyId, eventId, subscriptionId }: DeliveryName) => ({
  pk: eventKey(companyId, eventId),
  sk: subscriptionId,
});

/** Strongly consistent. */
export const getDelivery = async (
  client: DynamoDBClient,
  table: string,
  name: DeliveryName,
): Promise<Delivery | undefined> => {
  const item = await getItem(client, table, deliveryKey(name));
  return item && deliveryOf(item);
};

/**
 * Writes a delivery's next state over the one it was made from.
 * @param wakeAt when the sweep shall look at it: its due time; or later where a message is under way, whose
 *   net the sweep is; or now where it is exhausted and the ATS shall be told
 * @returns false where another writer was first: read again and decide again
 */
export const putDelivery = async (
  client: DynamoDBClient,
  table: string,
  delivery: Delivery,
  wakeAt?: Date,
): Promise<boolean> => putOverRevision(client, table, toRow(delivery, wakeAt), delivery.revision);

const toRow = (delivery: Delivery, wakeAt: Date | undefined) => ({
  ...deliveryKey(delivery),
  company_id: delivery.companyId,
  event_id: delivery.eventId,
  subscription_id: delivery.subscriptionId,
  event_type: delivery.eventType,
  variant: delivery.variant,
  status: delivery.status,
  attempts: delivery.attempts,
  round_start: delivery.roundStart,
  next_attempt_at: delivery.dueAt?.toISOString(),
  // Kept while it has no timer: the index takes in only rows that have `due_at` too.
  due_shard: delivery.status === 'waiting' ? shardOf(delivery) : noticeShard,
  due_at: wakeAt?.toISOString(),
  parked_at: delivery.parked ? delivery.dueAt?.toISOString() : undefined,
  log_key: subscriptionPartition(delivery.companyId, delivery.subscriptionId),
  logged_at: delivery.createdAt.toISOString(),
  updated_at: delivery.updatedAt.toISOString(),
  last_attempts: delivery.lastAttempts.map(summaryRowOf),
  test: delivery.test,
  job: delivery.job,
  expires_at: expirySeconds(expiresAtOf(delivery), 0),
  revision: delivery.revision + 1,
});

/** By a hash, so that one company's rows spread too. */
const shardOf = ({ companyId, eventId, subscriptionId }: DeliveryName): string => {
  const hash = createHash('sha256').update(`${companyId}#${eventId}#${subscriptionId}`).digest();
  return deliveryShards[hash.readUInt32BE() % deliveryShards.length]!;
};

export const deliveryOf = (item: Item): Delivery => {
  const row = fromItem<DeliveryRow>(item);
  return {
    companyId: row.company_id,
    eventId: row.event_id,
    subscriptionId: row.subscription_id,
    eventType: row.event_type,
    variant: row.variant,
    status: row.status,
    attempts: row.attempts,
    roundStart: row.round_start,
    ...dated('dueAt', row.next_attempt_at),
    parked: row.parked_at !== undefined,
    createdAt: new Date(row.logged_at),
    updatedAt: new Date(row.updated_at),
    lastAttempts: row.last_attempts.map(summaryOf),
    ...(row.test && { test: row.test }),
    ...(row.job !== undefined && { job: row.job }),
    ...(row.status === 'exhausted' && row.due_at !== undefined && { untold: true }),
    ...(row.expires_at > expirySeconds(new Date(row.logged_at), retentionDays) && {
      keptUntil: new Date(row.expires_at * 1000),
    }),
    revision: row.revision,
  };
};

const summaryRowOf = ({ number, at, durationMs, met, ...rest }: AttemptSummary): SummaryRow => ({
  number,
  at: at.toISOString(),
  ms: durationMs,
  met,
  ...(rest.peerAddress !== undefined && { peer: rest.peerAddress }),
  ...(rest.trigger === 'manual' && { trigger: rest.trigger }),
  ...(rest.request !== undefined && { request: rest.request }),
});

const summaryOf = ({
  number,
  at,
  ms,
  met,
  peer,
  trigger,
  request,
}: SummaryRow): AttemptSummary => ({
  number,
  at: new Date(at),
  durationMs: ms,
  met,
  ...(peer !== undefined && { peerAddress: peer }),
  trigger: trigger ?? 'scheduled',
  ...(request !== undefined && { request }),
});
