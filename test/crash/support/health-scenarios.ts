// Crash scenarios of a subscription's health: lanes, circuits, warnings, and being switched off.
import { disableAfterMs } from '../../../shared/limits.ts';
import { comment, created, publish, vacancy } from './planned-events.ts';
import type { PlannedSubscription, Scenario } from './scenario.ts';

const minutesMs = 60_000;

const failedFor =
  (failures: number, sinceMs: number, warnings = 0): PlannedSubscription['health'] =>
  (now) => ({ failures, failingSince: new Date(now.getTime() - sinceMs), warnings });

export const healthScenarios: readonly Scenario[] = [
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
    name: 'a circuit that opens, is probed, and drains',
    subscriptions: { a: { health: failedFor(9, 3 * 24 * 60 * minutesMs) } },
    answer: ({ waits }) => ({ status: waits === 0 ? 500 : 200 }),
    steps: [publish(created), publish(comment, vacancy)],
    expected: {
      deliveries: {
        'created>a': ['delivered', 2, 4],
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
    name: 'a subscription that takes one callback a second',
    subscriptions: { a: { maxPerSecond: 1 } },
    steps: [publish(created, comment, vacancy)],
    expected: {
      deliveries: {
        'created>a': ['delivered', 1],
        'comment>a': ['delivered', 1],
        'vacancy>a': ['delivered', 1],
      },
    },
  },
];
