// Release and recover: a part of the walk over a subscription's log, and what it finds put on its way.
import type { Delivery } from '../../../shared/delivery.ts';
import { isForJob, type Job, type Moved, markOf } from '../../../shared/job.ts';
import type { JobDeliveries } from '../../../shared/job-deliveries-table.ts';
import type { Item } from '../../../shared/row.ts';
import type { QueueMessage } from '../../../shared/send-messages.ts';
import { type Chunked, inChunks } from './in-chunks.ts';
import { type StartDeps, type Started, startDelivery } from './start-delivery.ts';

export interface MoveDeps extends StartDeps {
  /** From the job's cursor on. */
  listJobDeliveries(job: Job): Promise<JobDeliveries>;
  /** The place in that walk behind a delivery. */
  logCursorOf(delivery: Delivery): Item;
}

/** What a part of a pass did. */
export interface Part extends Moved {
  /** To be sent, even where the part failed: the deliveries are written as waiting. */
  readonly messages: QueueMessage[];
  /** Set where the part is to be done again. */
  readonly fault?: unknown;
}

/** Of this pass: to be moved, or moved by a step that was cut off before it could say so. */
export const belongsTo = (job: Job, delivery: Delivery): boolean =>
  delivery.job === markOf(job) || isForJob(job, delivery);

export const moveDeliveries = async (
  deps: MoveDeps,
  job: Job,
  slots: readonly Date[],
): Promise<Part> => {
  const { deliveries, next } = await deps.listJobDeliveries(job);
  const found = deliveries.filter((delivery) => belongsTo(job, delivery));
  const some = found.slice(0, slots.length);
  const started = await inChunks(some, (one, n) => startDelivery(deps, job, one, slots[n]!));
  const cursor = some.length < found.length ? deps.logCursorOf(some.at(-1)!) : next;
  return { ...partOf(started), slots: some.length, ...(cursor && { cursor }) };
};

/** `done`: what was started now or before. */
export const partOf = ({ results, fault }: Chunked<Started>): Omit<Part, 'slots' | 'cursor'> => {
  const deliveries = results.filter(({ kind }) => kind !== 'left').length;
  const messages = results.flatMap((one) => (one.kind === 'started' ? [one.message] : []));
  return { done: deliveries, deliveries, messages, ...(fault !== undefined && { fault }) };
};
