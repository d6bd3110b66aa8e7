// A delivery and its attempts as the admin API gives them.
import * as z from 'zod';
import type { FailedAttempt } from '../../../shared/attempts-table.ts';
import {
  type AttemptSummary,
  type Delivery,
  type DeliveryStatus,
  deliveryStatuses,
} from '../../../shared/delivery.ts';
import { deliveryIdOf, subscriptionIdPattern } from '../../../shared/identifiers.ts';

export const deliveryStatus = z.enum(Object.keys(deliveryStatuses) as [DeliveryStatus]).describe(
  Object.entries(deliveryStatuses)
    .map(([status, meaning]) => `${status}: ${meaning}`)
    .join(' · '),
);

const attemptFields = {
  number: z.int().positive(),
  trigger: z.enum(['scheduled', 'manual']),
  started_at: z.iso.datetime(),
  duration_ms: z.int().min(0),
  peer_address: z.string().nullable().describe('The address that was connected to.'),
  status: z.int().nullable().describe('Of the answer.'),
  error_class: z
    .enum(['dns', 'connect', 'tls', 'timeout', 'blocked', 'http', 'protocol'])
    .nullable()
    .describe('http: an answer other than 2xx. Null for a success.'),
};

const attemptSummaryJson = z.strictObject(attemptFields);

const attemptJson = z.strictObject({
  ...attemptFields,
  reason: z.string().nullable().describe('Why no answer came, in a sentence.'),
  response_headers: z
    .record(z.string(), z.string())
    .nullable()
    .describe('Of a failure; harmless ones.'),
  response_body: z.string().nullable().describe('Of a failure: its first 16 KiB.'),
});

const deliveryFields = {
  id: z.string(),
  company_id: z.int().positive(),
  event_id: z.string(),
  event_type: z.string(),
  subscription_id: z.string().regex(subscriptionIdPattern),
  variant: z.string().describe('The rendering of the event that is sent, such as `full@1`.'),
  test: z.boolean(),
  status: deliveryStatus,
  parked: z
    .boolean()
    .describe(
      'Waits without a time of its own: for its receiver to answer again, or for a turn under `max_per_second`.',
    ),
  attempt_count: z.int().min(0),
  next_attempt_at: z.iso
    .datetime()
    .nullable()
    .describe('Not before. Null where none is to come, or the first is on its way.'),
  created_at: z.iso.datetime().describe('When the event was stored.'),
  updated_at: z.iso.datetime(),
};

export const deliveryJson = z.strictObject({
  ...deliveryFields,
  last_attempt: attemptSummaryJson.nullable(),
});

/** Attempts shown of one delivery: forty bodies of 16 KiB are under 4 MB, whatever JSON makes of them. */
export const attemptsShownMax = 40;

export const deliveryDetailJson = z.strictObject({
  ...deliveryFields,
  attempts: z.array(attemptJson).describe(`The last ${attemptsShownMax}, oldest first.`),
});

export const deliveryToJson = (delivery: Delivery): z.output<typeof deliveryJson> => {
  const last = delivery.lastAttempts.at(-1);
  return { ...fieldsOf(delivery), last_attempt: last ? summaryToJson(last) : null };
};

/** @param failed details of attempts, newest first; what the delivery does not know was cut off before it counted */
export const deliveryToDetailJson = (
  delivery: Delivery,
  failed: readonly FailedAttempt[],
): z.output<typeof deliveryDetailJson> => {
  const { lastAttempts } = delivery;
  const oldest = lastAttempts[0]?.number ?? 0;
  const older = mostLikely(failed).filter(({ number }) => number < oldest);
  const shown = [
    ...older.map(failedToJson),
    ...lastAttempts.map((summary) => {
      const detail = failed.find((each) => isOf(each, summary));
      return detail ? failedToJson(detail) : { ...summaryToJson(summary), ...noDetail };
    }),
  ];
  const attempts = shown.toSorted((one, other) => one.number - other.number);
  return { ...fieldsOf(delivery), attempts: attempts.slice(-attemptsShownMax) };
};

/** Of two attempts side by side one may have left its detail under the other's number. */
const isOf = (failed: FailedAttempt, { number, trigger, at, request }: AttemptSummary): boolean =>
  failed.number === number &&
  failed.trigger === trigger &&
  failed.askedBy === request &&
  failed.startedAt.getTime() === at.getTime();

/** Where no summary tells: of one attempt the highest number, which it got in the end; of one number the later start. */
const mostLikely = (failed: readonly FailedAttempt[]): FailedAttempt[] => {
  const attempts = firstOfEach(failed, (each) => `${each.startedAt.getTime()} ${each.askedBy}`);
  return firstOfEach(attempts, ({ number }) => number);
};

const firstOfEach = <Thing>(things: readonly Thing[], keyOf: (thing: Thing) => unknown): Thing[] =>
  [...Map.groupBy(things, keyOf).values()].map(([first]) => first!);

const noDetail = { reason: null, response_headers: null, response_body: null };

const fieldsOf = (delivery: Delivery) => ({
  id: deliveryIdOf(delivery.eventId, delivery.subscriptionId),
  company_id: delivery.companyId,
  event_id: delivery.eventId,
  event_type: delivery.eventType,
  subscription_id: delivery.subscriptionId,
  variant: delivery.variant,
  test: delivery.test ?? false,
  status: delivery.status,
  parked: delivery.parked,
  attempt_count: delivery.attempts,
  next_attempt_at: delivery.dueAt?.toISOString() ?? null,
  created_at: delivery.createdAt.toISOString(),
  updated_at: delivery.updatedAt.toISOString(),
});

type ErrorClass = z.output<typeof attemptSummaryJson>['error_class'];

/** Of a success, or of a failure whose detail is there no more. */
const summaryToJson = (summary: AttemptSummary): z.output<typeof attemptSummaryJson> => {
  const status = /^\d+$/.test(summary.met) ? Number(summary.met) : null;
  const isSuccess = status !== null && status >= 200 && status <= 299;
  return {
    number: summary.number,
    trigger: summary.trigger,
    started_at: summary.at.toISOString(),
    duration_ms: summary.durationMs,
    peer_address: summary.peerAddress ?? null,
    status,
    error_class: isSuccess ? null : ((status === null ? summary.met : 'http') as ErrorClass),
  };
};

const failedToJson = (attempt: FailedAttempt): z.output<typeof attemptJson> => ({
  number: attempt.number,
  trigger: attempt.trigger,
  started_at: attempt.startedAt.toISOString(),
  duration_ms: attempt.durationMs,
  peer_address: attempt.peerAddress ?? null,
  status: attempt.status ?? null,
  error_class: attempt.errorClass as ErrorClass,
  reason: attempt.reason ?? null,
  response_headers: attempt.headers ?? null,
  response_body: attempt.bodyExcerpt ?? null,
});
