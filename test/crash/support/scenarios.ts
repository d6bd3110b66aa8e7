// The crash scenarios: together they make every outgoing call that fan-out, deliver and the sweep can make.
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import { disableAfterMs } from '../../../shared/limits.ts';
import type { Company } from './company.ts';
import type { PlannedEvent, PlannedSubscription, Scenario } from './scenario.ts';

const minutesMs = 60_000;

const created: PlannedEvent = { type: 'candidate.created', id: 'created' };
const comment: PlannedEvent = { type: 'comment.created', id: 'comment' };
const vacancy: PlannedEvent = { type: 'vacancy.created', id: 'vacancy' };

const publish =
  (...events: readonly PlannedEvent[]) =>
  (company: Company) =>
    company.publish(...events);

/** A message that was under way when its subscription was deleted, or its event expired. */
const lateMessage = (company: Company, eventId: string, subscriptionId: string) =>
  company.send(
    'slow',
    nextAttemptMessage({
      companyId: company.id,
      eventId,
      subscriptionId,
      variant: 'full@1',
      attempts: 0,
    }).body,
  );

/** Sends a delivery's next attempt as the admin API would, when a person asks for it. */
const byHand = (company: Company, eventId: string, label: string) => {
  const { id: companyId, subscriptions } = company;
  const subscriptionId = subscriptions[label]!.id;
  const delivery = { companyId, eventId, subscriptionId, variant: 'full@1', attempts: 1 };
  return company.send('slow', nextAttemptMessage(delivery, { trigger: 'manual' }).body);
};

const failedFor =
  (failures: number, sinceMs: number, warnings = 0): PlannedSubscription['health'] =>
  (now) => ({ failures, failingSince: new Date(now.getTime() - sinceMs), warnings });

const twelve = Array.from({ length: 12 }, (_, index) => `s${index + 1}`);

/** How often each of eight fails first. */
const failures: Readonly<Record<string, number>> = {
  s1: 0,
  s2: 1,
  s3: 0,
  s4: 2,
  s5: 0,
  s6: 1,
  s7: 0,
  s8: 3,
};

export const scenarios: readonly Scenario[] = [
  {
    name: 'three event types for three subscriptions',
    subscriptions: {
      a: {},
      b: { eventTypes: ['candidate.created', 'comment.created'] },
      c: { eventTypes: ['vacancy.created'] },
    },
    steps: [publish(created, comment, vacancy)],
    expected: {
      deliveries: {
        'created>a': ['delivered', 1],
        'created>b': ['delivered', 1],
        'comment>a': ['delivered', 1],
        'comment>b': ['delivered', 1],
        'vacancy>a': ['delivered', 1],
        'vacancy>c': ['delivered', 1],
      },
    },
  },
  {
    name: 'twelve subscriptions, which two batches serve',
    subscriptions: Object.fromEntries(twelve.map((label) => [label, {}])),
    steps: [publish(created)],
    expected: {
      deliveries: Object.fromEntries(twelve.map((label) => [`created>${label}`, ['delivered', 1]])),
    },
  },
  {
    name: 'an event that comes twice',
    subscriptions: { a: {}, b: {} },
    steps: [publish(created), publish(created)],
    expected: {
      deliveries: { 'created>a': ['delivered', 1], 'created>b': ['delivered', 1] },
    },
  },
  {
    name: 'a receiver that fails three times and recovers',
    subscriptions: { a: {}, well: {} },
    answer: ({ to, attempt }) => ({ status: to === 'a' && attempt < 4 ? 500 : 200 }),
    steps: [publish(created, comment)],
    expected: {
      deliveries: {
        'created>a': ['delivered', 4],
        'comment>a': ['delivered', 4],
        'created>well': ['delivered', 1],
        'comment>well': ['delivered', 1],
      },
    },
  },
  {
    name: 'eight subscriptions of which every second fails at first',
    subscriptions: Object.fromEntries(Object.keys(failures).map((label) => [label, {}])),
    answer: ({ to, attempt }) => ({ status: attempt <= failures[to]! ? 500 : 200 }),
    steps: [publish(created, comment, vacancy)],
    expected: {
      deliveries: Object.fromEntries(
        Object.entries(failures).flatMap(([label, count]) =>
          [created, comment, vacancy].map(({ id }) => [`${id}>${label}`, ['delivered', count + 1]]),
        ),
      ),
    },
  },
  {
    name: 'a delivery whose row another writer changes during the attempt',
    subscriptions: { a: {} },
    answer: async ({ to, eventId, attempt, company }) => {
      if (attempt === 2) await company.touch(eventId, to);
      return { status: attempt < 3 ? 500 : 200 };
    },
    steps: [publish(created)],
    expected: { deliveries: { 'created>a': ['delivered', 3] } },
  },
  {
    name: 'a schedule that is used up',
    subscriptions: { a: {}, well: {} },
    answer: ({ to }) => ({ status: to === 'a' ? 503 : 200 }),
    steps: [publish(created, comment)],
    expected: {
      deliveries: {
        'created>a': ['exhausted', 4],
        'comment>a': ['exhausted', 4],
        'created>well': ['delivered', 1],
        'comment>well': ['delivered', 1],
      },
      announced: { 'webhook.delivery.exhausted': 2 },
    },
  },
  {
    name: 'a receiver that is gone for good',
    subscriptions: { a: {}, well: {} },
    answer: ({ to }) => ({ status: to === 'a' ? 410 : 200 }),
    steps: [publish(created), publish(comment)],
    expected: {
      deliveries: {
        'created>a': ['held', 1],
        'comment>a': ['held', 0],
        'created>well': ['delivered', 1],
        'comment>well': ['delivered', 1],
      },
      announced: { 'webhook.subscription.disabled': 1 },
    },
  },
  {
    name: 'subscriptions that are paused and disabled, then a company that is stopped',
    subscriptions: { a: { status: 'paused' }, b: { status: 'disabled' }, c: {}, d: {} },
    steps: [
      publish(created),
      async (company) => {
        await company.stop();
        await company.publish(comment);
      },
    ],
    expected: {
      deliveries: {
        'created>a': ['held', 0],
        'created>b': ['held', 0],
        'created>c': ['delivered', 1],
        'created>d': ['delivered', 1],
        'comment>a': ['held', 0],
        'comment>b': ['held', 0],
        'comment>c': ['held', 0],
        'comment>d': ['held', 0],
      },
    },
  },
  {
    name: 'a circuit that opens, is probed, and drains',
    subscriptions: { a: { health: failedFor(9, 3 * 24 * 60 * minutesMs) } },
    answer: ({ waits }) => ({ status: waits === 0 ? 500 : 200 }),
    steps: [publish(created), publish(comment, vacancy)],
    expected: {
      deliveries: {
        'created>a': ['delivered', 2, 3],
        'comment>a': ['delivered', 1, 3],
        'vacancy>a': ['delivered', 1, 3],
      },
      announced: { 'webhook.subscription.failing': 1 },
    },
  },
  {
    name: 'a subscription that failed for five days',
    subscriptions: { a: { health: failedFor(19, disableAfterMs + minutesMs, 2) }, well: {} },
    answer: ({ to }) => ({ status: to === 'a' ? 500 : 200 }),
    steps: [publish(created)],
    expected: {
      deliveries: { 'created>a': ['held', 1, 3], 'created>well': ['delivered', 1] },
      announced: { 'webhook.subscription.disabled': 1 },
    },
  },
  {
    name: 'a failing subscription that takes the slow lane',
    subscriptions: { a: { health: failedFor(3, minutesMs) }, well: {} },
    steps: [publish(created)],
    expected: {
      deliveries: { 'created>a': ['delivered', 1], 'created>well': ['delivered', 1] },
    },
  },
  {
    name: 'deliveries that end without success',
    subscriptions: { a: {}, well: {} },
    answer: ({ to }) =>
      to === 'a' ? { status: 422, headers: { 'rappel-delivery': 'abort' } } : { status: 200 },
    steps: [
      publish(created),
      (company) => lateMessage(company, 'expired', company.subscriptions.well!.id),
    ],
    expected: {
      deliveries: { 'created>a': ['cancelled', 1], 'created>well': ['delivered', 1] },
    },
  },
  {
    name: 'poisoned events among good ones',
    subscriptions: { a: {}, b: {} },
    steps: [
      publish(
        created,
        { ...created, id: 'unreadable', detail: { company_id: 'q7Rk2VbXm4TzN9Ld' } },
        { ...created, id: 'other' },
      ),
      publish({ ...created, detail: { timestamp: '2026-11-24T00:00:00.000Z' } }, comment),
    ],
    expected: {
      deliveries: {
        'created>a': ['delivered', 1],
        'created>b': ['delivered', 1],
        'other>a': ['delivered', 1],
        'other>b': ['delivered', 1],
        'comment>a': ['delivered', 1],
        'comment>b': ['delivered', 1],
      },
      deadLetters: { INVALID_EVENT: 1, EVENT_ID_REUSED: 1 },
    },
  },
  {
    name: 'poisoned messages among deliveries',
    subscriptions: { a: {}, b: {} },
    steps: [
      async (company) => {
        await company.send('fast', '{"neither":"a delivery"}');
        await company.send('slow', 'nor this');
        await company.publish(created);
      },
    ],
    expected: {
      deliveries: { 'created>a': ['delivered', 1], 'created>b': ['delivered', 1] },
      deadLetters: { INVALID_MESSAGE: 2 },
    },
  },
  {
    name: 'a hire that follows from a move, in two renderings',
    subscriptions: { full: {}, thin: { payload: 'thin' } },
    steps: [publish({ type: 'candidate.moved', id: 'moved' })],
    expected: {
      deliveries: Object.fromEntries(
        ['moved>full', 'moved>thin', 'moved_hired>full', 'moved_hired>thin'].map((arrow) => [
          arrow,
          ['delivered', 1],
        ]),
      ),
    },
  },
  {
    name: 'a delivery that is sent once more by hand',
    subscriptions: { a: {}, well: {} },
    answer: ({ to, attempt }) => ({ status: to === 'a' && attempt === 2 ? 500 : 200 }),
    steps: [
      publish(created),
      (company) => byHand(company, 'created', 'a'),
      (company) => byHand(company, 'created', 'well'),
    ],
    expected: {
      deliveries: { 'created>a': ['delivered', 2], 'created>well': ['delivered', 2] },
    },
  },
  {
    name: 'held deliveries that are released',
    subscriptions: { a: { status: 'paused' }, well: {} },
    steps: [publish(created, comment, vacancy)],
    afterwards: [
      async (company) => {
        await company.change('a', { status: 'enabled' });
        await company.startJob('a', 'release');
      },
    ],
    expected: {
      deliveries: Object.fromEntries(
        ['created', 'comment', 'vacancy'].flatMap((id) => [
          [`${id}>a`, ['delivered', 1]],
          [`${id}>well`, ['delivered', 1]],
        ]),
      ),
    },
  },
  {
    name: 'exhausted deliveries that are recovered, weeks later',
    subscriptions: { a: {} },
    answer: ({ attempt }) => ({ status: attempt <= 4 ? 500 : 200 }),
    steps: [publish(created, comment)],
    afterwards: [
      async (company) => {
        await company.passDays(25);
        await company.startJob('a', 'recover');
      },
    ],
    expected: {
      deliveries: { 'created>a': ['delivered', 5], 'comment>a': ['delivered', 5] },
      announced: { 'webhook.delivery.exhausted': 2 },
    },
  },
  {
    name: 'events that are replayed to a subscription that did not want them',
    subscriptions: { a: { eventTypes: ['member.added'], payload: 'thin' }, well: {} },
    steps: [publish(created, comment)],
    afterwards: [
      async (company) => {
        await company.change('a', { eventTypes: ['candidate.created', 'comment.created'] });
        await company.startJob('a', 'replay');
      },
    ],
    expected: {
      deliveries: Object.fromEntries(
        ['created>a', 'comment>a', 'created>well', 'comment>well'].map((arrow) => [
          arrow,
          ['delivered', 1],
        ]),
      ),
    },
  },
];
