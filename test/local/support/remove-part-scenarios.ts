// The smallest ways to use every part of the stack: each uses all that one function, or one route, is allowed.
import { DescribeArchiveCommand } from '@aws-sdk/client-eventbridge';
import { createAdminClient } from '../../../infra/admin-client.ts';
import type { Observation } from '../../../infra/local/stack-model.ts';
import { putDelivery } from '../../../shared/deliveries-table.ts';
import { type Delivery, newDelivery } from '../../../shared/delivery.ts';
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import type { RoutedEventTypeName } from '../../../shared/event-types.ts';
import { storeEvent } from '../../../shared/events-table.ts';
import { type Health, newHealth } from '../../../shared/health.ts';
import { putHealth } from '../../../shared/health-table.ts';
import { deliveryIdOf, subscriptionIdOf } from '../../../shared/identifiers.ts';
import { putSigningKeys } from '../../../shared/keys-table.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { putSubscription } from '../../../shared/subscriptions-table.ts';
import { putTombstone } from '../../../shared/tombstones-table.ts';
import { accountId, region } from './assembly.ts';
import { credentials } from './local-stack.ts';
import { jobLines, seedArrival, seedJobs } from './remove-part-jobs.ts';
import { MissingSign, type Run, unreachable } from './remove-part-run.ts';

/** Resolves where all is there. Throws MissingSign where the run shows that a part is missing. */
export type Scenario = (run: Run, receiverUrl: string) => Promise<void>;

const companyId = 318;
const past = new Date(Date.now() - 60_000);
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const lanes = ['Rappel-deliveries', 'Rappel-deliveries-slow'] as const;
const arnOf = (queueName: string) => `arn:aws:sqs:${region}:${accountId}:${queueName}`;

/** From the bus to a queue; and to the rule's dead letters, where the queue is out of reach. */
export const route =
  (source: string, detailType: string): Scenario =>
  async (run) => {
    for (const id of [unreachable, 'evt_route']) {
      const eventId = await run.put(source, detailType, { id });
      await run.until(() => true);
      const isKept = ({ observations }: Run) =>
        observations.some(
          (each) => JSON.stringify(each).includes(eventId) && each.kind !== 'event-put',
        );
      if (!isKept(run)) throw new MissingSign(`${detailType} is routed nowhere`);
    }
  };

/** From a type's queue through fan-out: poison, an event to deliver and to hold, the same once more, and an erased one. */
export const fanOut =
  (type: RoutedEventTypeName): Scenario =>
  async (run, receiverUrl) => {
    await seedSubscription(run, { slot: 0, url: receiverUrl });
    await seedSubscription(run, { slot: 1, url: receiverUrl, status: 'paused' });
    await isTaken(
      run,
      queueNameOf(type),
      () => run.put('ats', type, { id: 'evt_poison' }),
      () => said(run, 'event.dead-lettered') === 1,
    );
    // The sample of a move is a hire too.
    const each = type === 'candidate.moved' ? 2 : 1;
    for (const times of [1, 2]) {
      await run.put('ats', type, sampleDetail(type));
      await run.until(() => said(run, 'event.received') === times * each);
    }
    const { data, ...rest } = sampleDetail(type);
    await seeded(run.model.outputs.SubscriptionsTable, (table) =>
      putTombstone(run.dynamodb, table, companyId, '1', past),
    );
    await run.put('ats', type, { ...rest, id: 'evt_erased', data: { ...data, candidate_id: 1 } });
    await run.until(() => said(run, 'event.erased') === each);
  };

export const queueNameOf = (type: string): string => `Rappel-${type.replaceAll('.', '-')}`;

/** Through deliver: poison, a receiver that takes, one that is gone, one that fails, one behind a circuit. */
export const deliver: Scenario = async (run, receiverUrl) => {
  const subscriptions = await Promise.all(
    [200, 410, 500, 200].map((status, slot) => {
      const url = new URL(`/answer/${status}`, receiverUrl).href;
      return seedSubscription(run, { slot, url, maxPerSecond: 5 });
    }),
  );
  await seedHealth(run, subscriptions[3]!, {
    circuit: { state: 'open', tendAt: new Date(Date.now() + 3_600_000) },
  });
  await seedEvent(run);
  for (const [index, queueName] of lanes.entries()) {
    await isTaken(
      run,
      queueName,
      () => run.queues.send(arnOf(queueName), 'poison'),
      () => said(run, 'delivery.dead-lettered') === index + 1,
    );
  }
  for (const each of subscriptions) {
    await run.queues.send(arnOf(lanes[0]), nextAttemptMessage(deliveryTo(each)).body);
  }
  // Deliver itself sends the fourth attempt, through the slow lane; the one behind the circuit is parked.
  await run.until(
    () => said(run, 'delivery.attempted') === 4 && said(run, 'delivery.settled') === 1,
  );
  await run.until(
    () =>
      run.observations.findLastIndex(({ kind }) => kind === 'invoked') >
      lastSaid(run, 'delivery.settled'),
  );
};

/** One sweep over a due delivery, one that is exhausted, a circuit with its parked one and its notice, and each job. */
export const sweep: Scenario = async (run, receiverUrl) => {
  const [subscription, other, third] = await Promise.all(
    [0, 1, 2].map((slot) => seedSubscription(run, { slot, url: receiverUrl })),
  );
  const due = deliveryTo(subscription!);
  await seedDelivery(run, { ...due, eventId: 'evt_due', dueAt: past }, past);
  await seedDelivery(run, { ...due, eventId: 'evt_exhausted', status: 'exhausted' }, past);
  await seedDelivery(run, { ...deliveryTo(other!), parked: true, dueAt: past });
  await seedHealth(run, other!, {
    circuit: { state: 'open', tendAt: past },
    notices: [{ kind: 'disabled', at: past, failures: 20, reason: 'failures' }],
  });
  await seedJobs(run, [subscription!, third!], due);
  const fn = run.model.functions.find(({ logicalId }) => logicalId.startsWith('Sweep'));
  await run.functions.invoke(fn!.arn, {});
  await run.until(() => said(run, 'sweep.done') === 1);
  const missing = jobLines.filter((line) => said(run, line) === 0);
  if (missing.length > 0) throw new MissingSign(`the sweep did not say ${missing}`);
};

/** The clock wakes the sweep. Its start has to say so: every hundredth of a second. */
export const clock: Scenario = async (run) => {
  const isWoken = () =>
    run.observations.some(
      (each) => each.kind === 'event-routed' && each.targetArn.includes(':function:'),
    );
  const endsAt = Date.now() + 1_000;
  await run.until(() => isWoken() || Date.now() > endsAt);
  if (!isWoken()) throw new MissingSign('the sweep is not woken');
};

/** Of the admin API, what uses all that its function is allowed. */
export const admin: Scenario = async (run, receiverUrl) => {
  const callAdmin = createAdminClient(run.adminUrl, region, credentials);
  const call = async (method: string, path: string, body?: object): Promise<{ id?: string }> => {
    const key = method === 'POST' ? { 'idempotency-key': path } : undefined;
    const answer = await callAdmin(method, path, body, key).catch(async (fault) => {
      await run.until(() => true);
      throw new MissingSign(`the admin URL does not answer: ${fault.cause?.code ?? fault}`);
    });
    await run.until(() => true);
    if (answer.status >= 300) throw new MissingSign(`the admin URL answers ${answer.status}`);
    return answer.body as { id?: string };
  };
  const company = `/v1/companies/${companyId}`;
  const request = { url: receiverUrl, event_types: ['*'] };
  const { id } = await call('POST', `${company}/subscriptions`, request);
  await call('GET', `${company}/subscriptions`);
  const path = `${company}/subscriptions/${id}`;
  await call('GET', path);
  await call('POST', `${path}/rotate-secret`);
  const job = await call('POST', `${path}/release`);
  await call('GET', `${path}/jobs/${job.id}`);
  await call('POST', `${path}/test`, { event_type: 'candidate.moved' });
  await seedArrival(run, companyId, 'evt_1', new Date(Date.now() - 3_600_000));
  await seedDelivery(run, { ...deliveryTo({ id: id! }), status: 'delivered' });
  await call('GET', `${path}/deliveries`);
  await call('GET', `${company}/events`);
  await call('GET', `${company}/events/evt_1`);
  await call('POST', `${company}/deliveries/${deliveryIdOf('evt_1', id!)}/resend`);
  await call('DELETE', path);
};

export const archive: Scenario = async (run) => {
  const describe = new DescribeArchiveCommand({ ArchiveName: 'Rappel-archive' });
  await run.eventBridge.send(describe).catch((fault) => {
    throw new MissingSign(String(fault));
  });
};

/**
 * The first message of a queue goes to the function that polls it. We wait behind it, and get the message only
 * where no function does.
 */
const isTaken = async (
  run: Run,
  queueName: string,
  send: () => Promise<unknown>,
  isDone: () => boolean,
): Promise<void> => {
  const stop = new AbortController();
  let stays = false;
  const receiving = run.queues.receive(arnOf(queueName), 1, 20, stop.signal).then((messages) => {
    stays = messages.length > 0;
  });
  try {
    await send();
    await run.until(() => stays || isDone());
  } finally {
    stop.abort();
    await receiving;
  }
  if (stays) throw new MissingSign(`a message stays in ${queueName}`);
};

/** How often the functions have logged this. */
const said = (run: Run, event: string): number =>
  run.observations.filter((each) => isLine(each, event)).length;

const lastSaid = (run: Run, event: string): number =>
  run.observations.findLastIndex((each) => isLine(each, event));

const isLine = (observation: Observation, event: string): boolean =>
  observation.kind === 'log' && observation.line.includes(`"event":"${event}"`);

/** A part that is taken away may be the table. */
const seeded = async (table: string | undefined, put: (table: string) => Promise<unknown>) => {
  if (table !== undefined) await put(table);
};

const seedSubscription = async (
  { dynamodb, model }: Run,
  {
    slot,
    url,
    ...more
  }: { slot: number } & Pick<Subscription, 'url'> &
    Partial<Pick<Subscription, 'status' | 'maxPerSecond'>>,
): Promise<Subscription> => {
  const id = subscriptionIdOf(slot, '0'.repeat(20));
  const subscription: Subscription = {
    ...{ id, companyId, url, status: 'enabled', eventTypes: ['*'] },
    ...{ createdAt: past, updatedAt: past, revision: 1 },
    ...more,
  };
  await seeded(model.outputs.SubscriptionsTable, (table) =>
    putSubscription(dynamodb, table, subscription),
  );
  await seeded(model.outputs.KeysTable, (table) =>
    putSigningKeys(dynamodb, table, companyId, id, { keys: [{ secret }] }),
  );
  return subscription;
};

const seedEvent = async ({ dynamodb, model }: Run): Promise<void> => {
  const { timestamp, data } = sampleDetail('candidate.moved');
  const event = { id: 'evt_1', type: 'candidate.moved', companyId, timestamp, data } as const;
  await seeded(model.outputs.EventsTable, (table) => storeEvent(dynamodb, table, event, past));
};

const deliveryTo = ({ id }: Pick<Subscription, 'id'>): Delivery =>
  newDelivery(
    {
      companyId,
      eventId: 'evt_1',
      subscriptionId: id,
      eventType: 'candidate.moved',
      variant: 'full@1',
    },
    past,
  );

const seedDelivery = ({ dynamodb, model }: Run, delivery: Delivery, wakeAt?: Date): Promise<void> =>
  seeded(model.outputs.DeliveriesTable, (table) => putDelivery(dynamodb, table, delivery, wakeAt));

const seedHealth = (
  { dynamodb, model }: Run,
  { id }: Subscription,
  part: Partial<Health>,
): Promise<void> =>
  seeded(model.outputs.DeliveriesTable, (table) =>
    putHealth(dynamodb, table, {
      ...newHealth(companyId, id),
      failures: 20,
      failingSince: past,
      ...part,
    }),
  );
