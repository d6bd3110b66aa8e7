// What hostile requests meet: a company with something of everything, and another one whose data nobody may see.
import { startJob } from '../../../functions/admin/jobs/start-job.ts';
import { createSubscription } from '../../../functions/admin/subscriptions/create-subscription.ts';
import { deletionIdOf } from '../../../shared/company-deletion.ts';
import { newDelivery } from '../../../shared/delivery.ts';
import { askedAgain, erasureIdOf } from '../../../shared/erasure.ts';
import { deliveryIdOf, subscriptionIdOf } from '../../../shared/identifiers.ts';
import { jobIdOf } from '../../../shared/job.ts';
import type { KeptEvent } from '../../../shared/kept-event.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { request, seedOf } from './subscriptions/subscription-rules.ts';

/** In every text of that company. */
export const ofAnotherCompany = 'of-another-company';

const at = new Date('2026-10-12T07:00:00.000Z');
const caller = 'arn:aws:iam::000000000000:user/ats';
const others = 999;
const subscriptions = 4;

/** As creation draws it from its seed. */
const idOf = (n: number): string => subscriptionIdOf(n, seedOf(n).slice(0, 20));
const foreign = subscriptionIdOf(0, seedOf(others).slice(0, 20));

/** By path parameter: ids of the company, and now and then of the other. */
export const hostileIds: Readonly<Record<string, readonly string[]>> = {
  company_id: ['318'],
  id: [...Array.from({ length: subscriptions }, (_, n) => idOf(n)), foreign],
  event_id: ['evt_1', 'evt_2'],
  delivery_id: [deliveryIdOf('evt_1', idOf(0)), deliveryIdOf('evt_1', foreign)],
  job_id: [jobIdOf({ number: 1, tail: seedOf(0).slice(0, 16) })],
  candidate_id: ['20817', 'q7Rk2VbXm4TzN9Ld'],
  erasure_id: [erasureIdOf(318, '20817'), erasureIdOf(others, '20817')],
  deletion_id: [deletionIdOf(318)],
  queue: ['candidate-moved', 'unrouted', 'nowhere'],
};

const eventOf = (companyId: number): KeptEvent => ({
  ...{ companyId, id: 'evt_1', type: 'task.created', version: 1, storedAt: at, expiresAt: at },
  body: Buffer.from(JSON.stringify({ id: companyId === others ? ofAnotherCompany : 'evt_1' })),
});

const deliveryTo = (companyId: number, subscriptionId: string) => {
  const name = { companyId, eventId: 'evt_1', subscriptionId };
  return newDelivery({ ...name, eventType: 'task.created', variant: 'full@1' }, at);
};

export const createHostileWorld = async () => {
  const world = createMemoryWorld();
  const { deps } = world;
  const subscribe = (companyId: number, n: number, description: string) => {
    const url = `https://hooks.example.com/${description}-${n}`;
    const requester = { caller, seed: seedOf(n) };
    return createSubscription(deps, companyId, request({ url, description }), requester);
  };
  for (let n = 0; n < subscriptions; n += 1) await subscribe(318, n, 'mine');
  await subscribe(others, others, ofAnotherCompany);
  await startJob(deps, {
    ...{ companyId: 318, subscriptionId: idOf(0), kind: 'release' },
    ...{ createdBy: caller, seed: seedOf(0) },
  });
  for (const companyId of [318, others]) {
    const asked = { companyId, candidate: '20817', requestedBy: `${caller}-of-${companyId}` };
    await deps.putErasure(askedAgain(undefined, asked, at));
  }
  const isOurs = (companyId: number, eventId: string) =>
    [318, others].includes(companyId) && eventId === 'evt_1';
  return {
    lines: world.lines,
    deps: {
      ...deps,
      // What is deleted may be made again: or few requests would do anything.
      isCompanyErased: async () => false,
      getEvent: async (companyId: number, id: string) =>
        isOurs(companyId, id) ? eventOf(companyId) : undefined,
      getDelivery: async (companyId: number, name: { eventId: string; subscriptionId: string }) =>
        isOurs(companyId, name.eventId) &&
        (name.subscriptionId === foreign) === (companyId === others)
          ? deliveryTo(companyId, name.subscriptionId)
          : undefined,
      listLog: async ([companyId, id]: readonly [number, string]) => ({
        deliveries: [deliveryTo(companyId, id)],
      }),
      listEvents: async (companyId: number) => ({
        events: [{ ...eventOf(companyId), arrival: `${at.toISOString()}#evt_1` }],
        isLast: true,
      }),
      listCandidateEvents: async () => ({ events: [{ eventId: 'evt_1', otherIds: [] }] }),
    },
  };
};
