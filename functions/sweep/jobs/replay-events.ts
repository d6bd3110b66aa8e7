// Replay: a part of the walk over a company's feed, and the deliveries made that a subscription has none of.
import { type Delivery, newDelivery } from '../../../shared/delivery.ts';
import type { AtsEvent } from '../../../shared/event.ts';
import { isOwnVariant, variantOf } from '../../../shared/event-variant.ts';
import type { ArrivedEvent, FeedPage, FeedRange } from '../../../shared/events-feed-table.ts';
import type { Stored } from '../../../shared/events-table.ts';
import { findObstacle } from '../../../shared/explain.ts';
import { extendedUntil, type Job, markOf } from '../../../shared/job.ts';
import { atsEventOf } from '../../../shared/kept-event.ts';
import { indexLagMsMax } from '../../../shared/limits.ts';
import { toItem } from '../../../shared/row.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { type Condition, compileConditions } from '../../../shared/subscription-conditions.ts';
import { inChunks } from './in-chunks.ts';
import { type Part, partOf } from './move-deliveries.ts';
import { type StartDeps, type Started, writeStarted } from './start-delivery.ts';

export interface ReplayDeps extends StartDeps {
  listEvents(companyId: number, range: FeedRange): Promise<FeedPage>;
  /** Beside its event; it stays as it is where it is stored already. */
  storeVariant(event: AtsEvent, variant: string, stored: Stored): Promise<void>;
}

/** Bytes of bodies that one part reads: an invocation has 512 MB, and events of the largest size exist. */
const bodyBytesMax = 8 * 1024 * 1024;

/** Events are counted in the first pass; a later one looks at the same again. */
export const replayEvents = async (
  deps: ReplayDeps,
  job: Job,
  subscription: Subscription,
  slots: readonly Date[],
): Promise<Part> => {
  const { events, end, isLast } = await deps.listEvents(job.companyId, {
    after: job.cursor?.arrival?.S ?? job.since!.toISOString(),
    before: job.createdAt,
    limit: slots.length,
    bytesMax: bodyBytesMax,
  });
  const wanted = wantedOf(deps, subscription, events);
  const started = await inChunks(wanted, (one, n) => replayEvent(deps, job, one, slots[n]!));
  return {
    ...partOf(started),
    done: job.pass === 1 ? events.length : 0,
    slots: wanted.length,
    ...(!isLast && end !== undefined && { cursor: toItem({ arrival: end }) }),
  };
};

interface Wanted {
  readonly event: AtsEvent;
  readonly kept: ArrivedEvent;
  readonly variant: string;
  readonly subscriptionId: string;
}

/** As if the subscription had been there when the event came. Erased events and tests are nobody's. */
const wantedOf = (
  deps: ReplayDeps,
  subscription: Subscription,
  events: readonly ArrivedEvent[],
): Wanted[] => {
  const always = { ...subscription, createdAt: new Date(0) };
  let compiled: readonly Condition[] | undefined;
  const conditionsOf = () => {
    compiled ??= compileConditions(subscription);
    return compiled;
  };
  return events.flatMap((kept) => {
    const event = atsEventOf(kept);
    if (event === undefined || event.test !== undefined) return [];
    if (mayBeUnderWay(subscription, kept, deps.now())) return [];
    if (!succeeds(() => findObstacle(always, conditionsOf, event, kept.storedAt) === undefined)) {
      return [];
    }
    const variant = variantOf(subscription, event);
    return [{ event, kept, variant, subscriptionId: subscription.id }];
  });
};

/** A filter that cannot be compiled or applied lets nothing pass, here as in fan-out, which tells whose it is. */
const succeeds = (holds: () => boolean): boolean => {
  try {
    return holds();
  } catch {
    return false;
  }
};

/** Fan-out's own message has no row before its first attempt. A later pass looks again. */
const mayBeUnderWay = (
  subscription: Subscription,
  { storedAt }: ArrivedEvent,
  now: Date,
): boolean =>
  storedAt >= subscription.createdAt && now.getTime() - storedAt.getTime() < indexLagMsMax;

/** The rendering first, then the row: what waits always has what it sends. */
const replayEvent = async (
  deps: ReplayDeps,
  job: Job,
  { event, kept, variant, subscriptionId }: Wanted,
  dueAt: Date,
): Promise<Started> => {
  const { companyId, id: eventId, type: eventType } = event;
  const name = { companyId, eventId, subscriptionId, eventType, variant };
  const delivery = newDelivery(name, kept.storedAt);
  const known = await deps.getDelivery(delivery);
  if (known !== undefined) return { kind: kindOf(job, known) };
  const keptUntil = extendedUntil(kept.storedAt, deps.now());
  if (!isOwnVariant(variant)) {
    const { storedAt, expiresAt } = kept;
    await deps.storeVariant(event, variant, { kind: 'stored', storedAt, expiresAt });
  }
  const round = { job: markOf(job), dueAt, ...(keptUntil && { keptUntil }) };
  const message = await writeStarted(deps, { ...delivery, ...round, updatedAt: deps.now() });
  if (message !== undefined) return { kind: 'started', message };
  const other = await deps.getDelivery(delivery);
  return { kind: other === undefined ? 'left' : kindOf(job, other) };
};

const kindOf = (job: Job, delivery: Delivery): 'before' | 'left' =>
  delivery.job === markOf(job) ? 'before' : 'left';
