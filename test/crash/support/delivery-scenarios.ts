// Crash scenarios of an event's way: fan-out, attempts and their schedule, poison.
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import type { Company } from './company.ts';
import { comment, created, publish, vacancy } from './planned-events.ts';
import type { Scenario } from './scenario.ts';

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

export const deliveryScenarios: readonly Scenario[] = [
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
];
