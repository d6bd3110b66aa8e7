// What must hold of a company's subscriptions, however requests for them were ordered or cut off.
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { ProblemError } from '../../../../functions/admin/problem.ts';
import type { Requester } from '../../../../functions/admin/subscriptions/audit.ts';
import { createSubscription } from '../../../../functions/admin/subscriptions/create-subscription.ts';
import { deleteSubscription } from '../../../../functions/admin/subscriptions/delete-subscription.ts';
import { livingOf, type MemoryWorld } from '../../../support/memory-subscriptions.ts';

export const request = (change: object = {}) => ({
  url: 'https://hooks.example.com/a',
  event_types: ['*' as const],
  status: 'enabled' as const,
  allow_same_url: false,
  ...change,
});

export const create = (world: MemoryWorld, change: object = {}) =>
  createSubscription(world.deps, 318, request(change), requester());

/** Another request each time. */
export const requester = (): Requester => {
  requests += 1;
  return { caller: 'arn:aws:iam::000000000000:user/ats', seed: seedOf(requests) };
};

export const seedOf = (request: number): string =>
  createHash('sha256').update(String(request)).digest('hex');

let requests = 0;

export const remove = async (world: MemoryWorld, id: string, company = 318): Promise<boolean> => {
  try {
    await deleteSubscription(world.deps, company, id, requester());
    return true;
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 404) return false;
    throw error;
  }
};

/** What became of a request: its subscription's id, or the problem's type; faults are thrown on. */
export const answerOf = async (creation: ReturnType<typeof create>): Promise<string> => {
  try {
    return (await creation).subscription.id;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.type;
    throw error;
  }
};

/** Rules that no interleaving and no crash may break. */
export const expectSound = (world: MemoryWorld): void => {
  const living = livingOf(world);
  expect(new Set(living.map(({ url }) => url)).size).toBe(living.length);
  for (const { companyId, id } of living) expect(world.keys.has(`${companyId}/${id}`)).toBe(true);
};

/** What holds besides, where nothing crashed: nothing is left over. */
export const expectTidy = (world: MemoryWorld): void => {
  const ids = livingOf(world)
    .map(({ id }) => id)
    .toSorted();
  expect([...world.claims.values()].map(({ subscriptionId }) => subscriptionId).toSorted()).toEqual(
    ids,
  );
  expect([...world.keys.keys()].toSorted()).toEqual(ids.map((id) => `318/${id}`));
};
