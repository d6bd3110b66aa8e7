// What is counted of circuits: twenty openings in ten minutes ring, and shall not be one receiver's relapses.
import { expect, it } from 'vitest';
import { recordHealth } from '../../../functions/deliver/record-health.ts';
import type { Circuit } from '../../../shared/circuit.ts';
import { newDelivery } from '../../../shared/delivery.ts';
import {
  bad,
  good,
  healthWith,
  later,
  now,
  recordDeliver,
  subscriptionId,
} from './deliver-setup.ts';

const delivery = newDelivery(
  { companyId: 7, eventId: 'e1', subscriptionId, eventType: 'candidate.moved', variant: 'full@1' },
  now,
);

const tendAt = later(60_000);
const circuits: { name: string; circuit: Circuit; openings: number }[] = [
  { name: 'that was closed', circuit: { state: 'closed' }, openings: 1 },
  {
    name: 'that had drained',
    circuit: { state: 'closed', tendAt, drainStep: 1, emptySince: now },
    openings: 1,
  },
  { name: 'that waited for turns', circuit: { state: 'closed', tendAt, paced: true }, openings: 1 },
  { name: 'that drained', circuit: { state: 'closed', tendAt, drainStep: 1 }, openings: 0 },
  { name: 'that was half-open', circuit: { state: 'half-open', tendAt }, openings: 0 },
  { name: 'that was open', circuit: { state: 'open', tendAt }, openings: 0 },
];

it('a circuit that had too little to send, closed and opens again counts no second opening', async () => {
  const { deps, health, figures } = recordDeliver(bad);
  const failing = { failures: 9, failingSince: later(-90_000) };
  await recordHealth(deps, delivery, healthWith(failing), bad);
  const [opened] = health;

  await recordHealth(deps, delivery, { ...opened!, circuit: { state: 'closed' } }, bad);
  const again = health.at(-1)!;
  await recordHealth(deps, delivery, again, good);
  await recordHealth(
    deps,
    delivery,
    { ...health.at(-1)!, ...failing, circuit: { state: 'closed' } },
    bad,
  );
  deps.metrics.flush('deliver');

  expect(again.circuit.state).toBe('open');
  expect(figures.map((line) => JSON.parse(line).CircuitOpenings)).toEqual([2]);
});

it.each(circuits)(
  'a failure of a circuit $name counts $openings openings',
  async ({ circuit, openings }) => {
    const { deps, health, figures } = recordDeliver(bad);
    const failing = { failures: 9, failingSince: later(-90_000), circuit };

    await recordHealth(deps, delivery, healthWith(failing), bad);
    deps.metrics.flush('deliver');

    const counted = figures.map((line) => JSON.parse(line).CircuitOpenings ?? 0);
    expect(health.at(-1)?.circuit.state).toBe('open');
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(openings);
  },
);
