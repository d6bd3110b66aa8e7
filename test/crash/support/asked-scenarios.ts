// Crash scenarios of what people ask for: pauses and stops, attempts by hand, jobs, erasures.
import { nextAttemptMessage } from '../../../shared/delivery-message.ts';
import type { Company } from './company.ts';
import { comment, created, publish, publishInBoth, vacancy } from './planned-events.ts';
import type { Scenario } from './scenario.ts';

/** Sends a delivery's next attempt as the admin API would, when a person asks for it. */
const byHand = (company: Company, eventId: string, label: string) => {
  const { id: companyId, subscriptions } = company;
  const subscriptionId = subscriptions[label]!.id;
  const delivery = { companyId, eventId, subscriptionId, variant: 'full@1', attempts: 1 };
  return company.send('slow', nextAttemptMessage(delivery, { trigger: 'manual' }).body);
};

export const askedScenarios: readonly Scenario[] = [
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
  {
    name: 'a candidate who is erased while a delivery waits',
    subscriptions: { a: { payload: 'thin' }, well: {} },
    answer: ({ to }) => ({ status: to === 'a' ? 500 : 200 }),
    steps: [publish(created, vacancy), (company) => company.erase(created)],
    expected: {
      deliveries: {
        'created>a': ['erased', 1, 3],
        'created>well': ['delivered', 1],
        'vacancy>a': ['exhausted', 4],
        'vacancy>well': ['delivered', 1],
      },
      announced: { 'webhook.delivery.exhausted': 1 },
      erased: ['created'],
    },
  },
  {
    name: 'an event that comes back of a candidate who was erased',
    subscriptions: { a: { payload: 'thin' } },
    steps: [(company) => company.erase(created)],
    afterwards: [publish(created, vacancy)],
    expected: { deliveries: { 'vacancy>a': ['delivered', 1] }, erased: ['created'] },
  },
  {
    name: 'a company that is deleted, beside one that is not',
    subscriptions: {
      a: { payload: 'thin' },
      paused: { status: 'paused' },
      well: { maxPerSecond: 50 },
    },
    answer: ({ to, eventId }) => ({ status: to === 'a' && eventId === 'created' ? 500 : 200 }),
    steps: [publishInBoth(created, vacancy), (company) => company.delete()],
    afterwards: [(company) => company.neighbour!.publish(comment)],
    expected: {
      deliveries: {},
      gone: true,
      neighbour: {
        'created>a': ['exhausted', 4],
        'vacancy>a': ['delivered', 1],
        'comment>a': ['delivered', 1],
        'created>paused': ['held', 0],
        'vacancy>paused': ['held', 0],
        'comment>paused': ['held', 0],
        'created>well': ['delivered', 1],
        'vacancy>well': ['delivered', 1],
        'comment>well': ['delivered', 1],
      },
      announced: { 'webhook.delivery.exhausted': 1 },
    },
  },
];
