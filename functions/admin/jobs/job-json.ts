// A job as the admin API takes and gives it.
import * as z from 'zod';
import { subscriptionIdPattern } from '../../../shared/identifiers.ts';
import { type Job, jobIdOf, jobIdPattern } from '../../../shared/job.ts';
import { subscription, time } from '../parameters.ts';

export const jobParams = subscription.extend({
  job_id: z.string().max(64).meta({ pattern: jobIdPattern.source }),
});

export const nothingElse = z.strictObject({});

export const since = z.strictObject({ since: time });

export const jobJson = z.strictObject({
  id: z.string().regex(jobIdPattern),
  company_id: z.int().positive(),
  subscription_id: z.string().regex(subscriptionIdPattern),
  kind: z.enum(['release', 'recover', 'replay']),
  since: z.iso.datetime().nullable(),
  status: z
    .enum(['counting', 'running', 'done', 'cancelled'])
    .describe(
      'done: all is on its way. For a quarter of an hour the job still sends what shows late, and counts it.',
    ),
  cancel_reason: z.enum(['asked', 'subscription_deleted', 'subscription_not_enabled']).nullable(),
  total: z
    .int()
    .min(0)
    .describe('Deliveries; for a replay: events to look at. 0 until they are counted.'),
  done: z.int().min(0),
  remaining: z.int().min(0),
  deliveries: z.int().min(0).describe('Put on their way so far.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export const jobToJson = (job: Job): z.output<typeof jobJson> => ({
  id: jobIdOf(job),
  company_id: job.companyId,
  subscription_id: job.subscriptionId,
  kind: job.kind,
  since: job.since?.toISOString() ?? null,
  status: job.status === 'checking' ? 'done' : job.status,
  cancel_reason: job.cancelReason ?? null,
  total: job.total,
  done: job.done,
  remaining: job.total - job.done,
  deliveries: job.deliveries,
  created_at: job.createdAt.toISOString(),
  updated_at: job.updatedAt.toISOString(),
});
