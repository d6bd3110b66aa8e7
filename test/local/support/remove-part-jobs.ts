// One of every job that the sweep does, put where it finds them: each uses what only that one is allowed.
import { deletionAsked } from '../../../shared/company-deletion.ts';
import { putDeletion } from '../../../shared/company-deletions-table.ts';
import { putDelivery } from '../../../shared/deliveries-table.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { askedAgain } from '../../../shared/erasure.ts';
import { putErasure } from '../../../shared/erasures-table.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { storeArriving } from '../../../shared/events-feed-table.ts';
import { type JobKind, newJob } from '../../../shared/job.ts';
import { putJob } from '../../../shared/jobs-table.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { putSubscription } from '../../../shared/subscriptions-table.ts';
import type { Run } from './remove-part-run.ts';

const day = 86_400_000;
const asker = 'arn:aws:iam::000000000000:user/test';

/** Logged once each, when the sweep has done what `seedJobs` put there. */
export const jobLines = ['job.stepped', 'job.stepped', 'erasure.stepped', 'deletion.stepped'];

/** A release of what was held for so long that its payload has to be kept longer; a replay; an erasure; a deletion. */
export const seedJobs = async (
  run: Run,
  [released, replayed]: readonly [Subscription, Subscription],
  held: Delivery,
): Promise<void> => {
  const { DeliveriesTable: deliveries, SubscriptionsTable: subscriptions } = run.model.outputs;
  const { companyId } = released;
  const now = new Date();
  const longAgo = new Date(now.getTime() - 25 * day);
  await seedArrival(run, companyId, 'evt_held', longAgo);
  if (subscriptions !== undefined) {
    const thin: Subscription = { ...replayed, payload: 'thin' };
    await putSubscription(run.dynamodb, subscriptions, thin);
    const theirs = { ...released, companyId: companyId + 1 };
    await putSubscription(run.dynamodb, subscriptions, theirs);
  }
  await seedArrival(run, companyId, 'evt_replayed', new Date(now.getTime() - 3_600_000));
  await seedArrival(run, companyId + 1, 'evt_deleted', now);
  if (deliveries === undefined) return;
  const heldAt = new Date(now.getTime() - 60_000);
  const row: Delivery = { ...held, eventId: 'evt_held', status: 'held', updatedAt: heldAt };
  await putDelivery(run.dynamodb, deliveries, { ...row, createdAt: longAgo });
  await putDelivery(run.dynamodb, deliveries, { ...row, companyId: companyId + 1 });
  const job = (of: Subscription, kind: JobKind) => {
    const since = new Date(now.getTime() - 7_200_000);
    const asked = { companyId, subscriptionId: of.id, kind, createdBy: asker };
    return newJob({ ...asked, since, tail: '0'.repeat(16) }, undefined, heldAt);
  };
  await putJob(run.dynamodb, deliveries, job(released, 'release'));
  await putJob(run.dynamodb, deliveries, { ...job(replayed, 'replay'), createdAt: now });
  const erasure = { companyId: companyId + 2, candidate: '20817', requestedBy: asker };
  await seedArrival(run, companyId + 2, 'evt_erased', now);
  await putErasure(run.dynamodb, deliveries, askedAgain(undefined, erasure, heldAt));
  const deletion = deletionAsked(undefined, companyId + 1, asker, heldAt);
  await putDeletion(run.dynamodb, deliveries, deletion);
};

/** An event of the samples' candidate, in its company's feed. */
export const seedArrival = async (
  { dynamodb, model }: Run,
  companyId: number,
  id: string,
  storedAt: Date,
): Promise<void> => {
  const { timestamp, data } = sampleDetail('candidate.archived');
  const event = { id, type: 'candidate.archived', companyId, timestamp, data } as const;
  const table = model.outputs.EventsTable;
  if (table !== undefined) await storeArriving(dynamodb, table, event, storedAt);
};
