// The real fan-out, deliver and sweep, over the model's ports.
import type { SQSRecord } from 'aws-lambda';
import { createHandler } from '../../functions/deliver/handler.ts';
import { fanOutEvent } from '../../functions/fan-out/fan-out-event.ts';
import { sweep } from '../../functions/sweep/sweep.ts';
import { PoisonError } from '../../shared/errors.ts';
import type { AtsEvent } from '../../shared/event.ts';
import type { Health, Notice } from '../../shared/health.ts';
import { batchReadAgeMsMax, functionTimeoutSeconds, slowAnswerMs } from '../../shared/limits.ts';
import { createMetrics } from '../../shared/metrics.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { type Hint, healthShard } from '../../shared/timers-table.ts';
import { emptyShards, hintsOf, shardOf, wakeOf } from './hints.ts';
import { loadedOf, readAll, rowAsRead } from './load.ts';
import type { ModelQueue } from './queue.ts';
import { startWorker, type Weather } from './worker.ts';
import { type Load, modelDelaysMs, type Row, skewMsMax, type World } from './world.ts';

export const companyId = 7;
const log = () => {};
const metrics = createMetrics(
  () => new Date(0),
  () => {},
);

const clockOf =
  (world: World, { skewMs }: Weather) =>
  () =>
    new Date(world.now + skewMs);

/** Takes events from their queue. What is acknowledged was fanned out; a dead worker acknowledges nothing. */
export const runFanOut = async (world: World, weather: Weather): Promise<void> => {
  const { chance, faults } = weather;
  for (const { messageId, body } of world.ingress.receive(3, world.now, chance, faults)) {
    const worker = startWorker(weather);
    const event = { id: body, type: 'candidate.moved', companyId, data: {} } as AtsEvent;
    try {
      await fanOutEvent(
        {
          storeEvent: (_, now) =>
            worker.call(() => {
              const stored = world.events.get(body) ?? { storedAt: now, expired: false };
              world.events.set(body, stored);
              return { kind: 'stored', storedAt: stored.storedAt, expiresAt: new Date(0) };
            }),
          // No subscription of the model asks for another rendering.
          storeVariant: async () => {},
          listSubscriptions: () => worker.call(() => [...world.subscriptions.values()]),
          isErased: async () => false,
          erasePayload: async () => {},
          putDelivery: (delivery) =>
            worker.call(() =>
              world.writeDelivery(world.keyOf(delivery.eventId, delivery.subscriptionId), delivery),
            ),
          enqueue: (messages) => worker.call(() => sendAll(world, world.fast, messages, weather)),
          conditionsOf: () => [],
          now: clockOf(world, weather),
          log,
          metrics,
        },
        event,
      );
      if (!worker.isDead() && !(faults && chance.oneIn(8))) world.ingress.acknowledge([messageId]);
    } catch {
      // It comes again.
    }
  }
};

/** SQS takes all, or in bad weather leaves some out and says which. */
const sendAll = (
  world: World,
  queue: ModelQueue,
  messages: readonly { body: string; delaySeconds?: number }[],
  { chance, faults }: Weather,
) =>
  messages.filter((message) => {
    if (faults && chance.oneIn(8)) return true;
    queue.send(message, world.now);
    return false;
  });

/** Hands one batch of a lane to deliver's handler, and acknowledges what it does not report. */
export const runDeliver = async (
  world: World,
  lane: 'fast' | 'slow',
  weather: Weather,
): Promise<void> => {
  const { chance, faults } = weather;
  const queue = world[lane];
  const received = queue.receive(1 + chance.below(10), world.now, chance, faults);
  if (received.length === 0) return;
  const worker = startWorker(weather);
  const now = clockOf(world, weather);
  const startedAt = world.now;
  /** What was read for the batch, and of each delivery last. */
  let batchRead: { load: Load; at: number } | undefined;
  const reads = new Map<string, Load>();
  const handle = createHandler({
    loadBatch: (messages) =>
      worker.call(() => {
        const load = readAll(world, messages);
        batchRead ??= { load, at: world.now };
        for (const key of load.rows.keys()) reads.set(key, load);
        const seen = new Map(messages.map((message) => [message, loadedOf(world, load, message)]));
        return (message) => seen.get(message)!;
      }),
    laneOf: () => lane,
    bury: (record, poison) =>
      worker.call(() => {
        world.law(
          poison instanceof PoisonError && record.body === 'poison',
          'a good message was buried',
        );
        world.buried.push(record.messageId);
      }),
    closeSockets: () => {},
    attempt: async ({ delivery, url }, onSlow) => {
      const { eventId, subscriptionId } = delivery;
      // Of one delivery a batch may have two messages: what was read for one is not yet the other's.
      const isFresh = world.now - batchRead!.at <= batchReadAgeMsMax;
      const load = isFresh ? batchRead!.load : reads.get(world.keyOf(eventId, subscriptionId))!;
      await worker.call(() => world.watchAttempt(delivery, url, load, now().getTime()));
      const outcome = world.answer(subscriptionId, url, now(), chance);
      const slowMs = Math.min(outcome.durationMs, slowAnswerMs);
      await world.pass(slowMs);
      if (outcome.durationMs > slowMs) {
        onSlow();
        await world.pass(outcome.durationMs - slowMs);
      }
      return outcome;
    },
    putDelivery: (delivery, wakeAt) =>
      worker.call(() => {
        const { wakeAt: _, untold: __, ...rest } = delivery as Row;
        const row = wakeAt ? { ...rest, wakeAt } : rest;
        return world.writeDelivery(world.keyOf(delivery.eventId, delivery.subscriptionId), row);
      }),
    getDelivery: ({ eventId, subscriptionId }) =>
      worker.call(() => rowAsRead(world.deliveries.get(world.keyOf(eventId, subscriptionId)))),
    putFailedAttempt: () => worker.call(() => {}),
    disableSubscription: (known) => worker.call(() => disable(world, known, now())),
    getHealth: (_, subscriptionId) => worker.call(() => world.health.get(subscriptionId)),
    putHealth: (health) => worker.call(() => writeHealth(world, health)),
    backOff: async () => {},
    // No subscription of the model has a limit of its own.
    takeTurn: () => worker.call(() => true),
    waitUntil: async () => {},
    enqueue: (messages) => worker.call(() => sendAll(world, world.slow, messages, weather)),
    retry: { delaysMs: modelDelaysMs, random: () => chance.next() },
    now,
    log: (line) => world.watchLine(line),
    metrics,
  });
  const attributes = { ApproximateReceiveCount: '1' };
  const records = received.map((each) => ({ ...each, attributes })) as unknown as SQSRecord[];
  const answer = await handle(
    { Records: records },
    {
      functionName: 'deliver',
      getRemainingTimeInMillis: () => functionTimeoutSeconds * 1000 - (world.now - startedAt),
    },
  );
  if (worker.isDead() || (faults && chance.oneIn(12))) return;
  const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  queue.acknowledge(received.map(({ messageId }) => messageId).filter((id) => !failed.has(id)));
};

const writeHealth = (world: World, health: Health): boolean => {
  const id = health.subscriptionId;
  const before = world.health.get(id);
  if (!world.health.put(id, health, world.now)) return false;
  const asksToEnd = ({ notices }: Health) => notices.some((notice) => isReceivers(notice));
  if (asksToEnd(health) && !(before && asksToEnd(before))) world.watchSwitchingOff(id);
  const opened = health.circuit.state === 'open' && before?.circuit.state !== 'open';
  if (opened) world.watchOpening(id);
  return true;
};

const isReceivers = (notice: Notice): boolean =>
  notice.kind === 'disabled' && notice.reason === 'receiver';

const disable = (world: World, { id, url }: Subscription, now: Date): boolean => {
  const subscription = world.subscriptions.get(id);
  if (subscription?.status !== 'enabled' || subscription.deletedAt) return false;
  if (subscription.url !== url) return false;
  world.setSubscription({ ...subscription, status: 'disabled', updatedAt: now });
  return true;
};

/** One sweep, over indexes that lag. */
export const runSweep = async (world: World, weather: Weather): Promise<void> => {
  const { chance, faults } = weather;
  const worker = startWorker(weather);
  const now = clockOf(world, weather);
  const claim = (hint: Hint, at: (row: Row) => Date | undefined, next: (row: Row) => Row) =>
    worker.call(() => {
      const row = world.deliveries.get(hint.pk);
      if (row === undefined || at(row)?.toISOString() !== hint.at) return undefined;
      world.deliveries.set(hint.pk, next(row), world.now);
      return world.deliveries.get(hint.pk);
    });
  await sweep({
    findDue: (shard, before, limit) =>
      worker.call(() => {
        if (emptyShards.has(shard)) return { hints: [] };
        const rows: [string, Date | undefined][] =
          shard === healthShard
            ? world.health
                .lagging(world.now, chance, faults)
                .map(([key, row]) => [key, wakeOf(row)])
            : world.deliveries
                .lagging(world.now, chance, faults)
                .filter(([, row]) => shardOf(row) === shard)
                .map(([key, row]) => [key, row.wakeAt]);
        return { hints: hintsOf(rows, before, limit) };
      }),
    claimDue: (hint, until) =>
      claim(
        hint,
        (row) => row.wakeAt,
        (row) => ({ ...row, wakeAt: until }),
      ),
    clearDue: async (hint, until) => {
      const cleared = await claim(
        { ...hint, at: until.toISOString() },
        (row) => row.wakeAt,
        ({ wakeAt: _, ...row }) => row,
      );
      return cleared !== undefined;
    },
    findParked: ({ subscriptionId }, before, limit) =>
      worker.call(() => {
        const rows = world.deliveries
          .lagging(world.now, chance, faults)
          .filter(([, row]) => row.parked && row.subscriptionId === subscriptionId);
        return hintsOf(
          rows.map(([key, row]) => [key, row.dueAt]),
          before,
          limit,
        );
      }),
    claimParked: (hint, until) =>
      claim(
        hint,
        (row) => (row.parked ? row.dueAt : undefined),
        (row) => ({ ...row, parked: false, wakeAt: until }),
      ),
    getHealth: ({ pk }) => worker.call(() => world.health.get(pk)),
    putHealth: (health) =>
      worker.call(() => {
        const before = world.health.get(health.subscriptionId);
        const { state, tendAt } = health.circuit;
        const isTended = tendAt?.getTime() !== before?.circuit.tendAt?.getTime();
        if (!writeHealth(world, health)) return false;
        if (state === 'open' && tendAt && isTended) {
          world.watchProbe(health.subscriptionId, tendAt.getTime());
        }
        return true;
      }),
    getSubscription: (_, id) =>
      worker.call(() => {
        const subscription = world.subscriptions.get(id);
        return subscription?.deletedAt ? undefined : subscription;
      }),
    disableSubscription: (known) => worker.call(() => disable(world, known, now())),
    enqueue: (messages) => worker.call(() => sendAll(world, world.slow, messages, weather)),
    publish: (events) =>
      worker.call(() =>
        events.filter(({ data }) => {
          if (faults && chance.oneIn(8)) return true;
          if (data.event_id) world.tell(String(data.event_id), String(data.subscription_id));
          return false;
        }),
      ),
    erases: () => false,
    tendJob: async () => undefined,
    remainingMs: () => 30_000,
    timerAt: new Date(Math.min(world.now, now().getTime())),
    now,
    log,
    metrics,
  });
};

export const weatherOf = (chance: Weather['chance'], faults: boolean): Weather => ({
  chance,
  faults,
  skewMs: faults ? chance.pick([0, 0, -skewMsMax, skewMsMax, chance.below(skewMsMax)]) : 0,
});
