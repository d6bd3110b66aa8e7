// An erasure as the admin API takes and gives it: the proof that can be asked for again.
import * as z from 'zod';
import { candidateIdPattern } from '../../../shared/candidate-ids.ts';
import {
  type Erasure,
  erasureIdOf,
  erasureIdPattern,
  type Remainder,
  remaindersOf,
} from '../../../shared/erasure.ts';
import { company } from '../parameters.ts';

const mustBe = 'must be the plain number, or the encoded id of 16 letters and digits';

export const newErasure = z.strictObject({
  candidate_id: z
    .union(
      [z.int().positive().max(999_999_999_999_999), z.string().regex(candidateIdPattern, mustBe)],
      mustBe,
    )
    .transform(String)
    .describe(
      "The candidate's plain number, or their encoded id. The other one is found, if events tell it.",
    ),
});

export const erasureParams = company.extend({
  erasure_id: z.string().max(64).meta({ pattern: erasureIdPattern.source }),
});

export const candidateParams = company.extend({
  candidate_id: z
    .string()
    .regex(candidateIdPattern, mustBe)
    .describe("The candidate's plain number, or their encoded id."),
});

export const remainsJson = z
  .array(
    z.strictObject({
      where: z.string(),
      what: z.string(),
      until: z.iso.datetime().nullable().describe('Null: not ours to end.'),
    }),
  )
  .describe('What cannot be reached. Logs, jobs and messages between functions hold ids only.');

export const remainsToJson = (remains: readonly Remainder[]): z.output<typeof remainsJson> =>
  remains.map(({ until, ...rest }) => ({ ...rest, until: until?.toISOString() ?? null }));

export const erasureJson = z.strictObject({
  id: z.string().regex(erasureIdPattern),
  company_id: z.int().positive(),
  candidate_ids: z
    .array(z.string())
    .min(1)
    .describe('The one that was asked for, then those that its events told of the same person.'),
  status: z
    .enum(['running', 'done'])
    .describe(
      'done: what is stored is erased, and nothing can bring it back. A minute after the last payload went.',
    ),
  requested_at: z.iso.datetime(),
  requested_by: z.string(),
  completed_at: z.iso.datetime().nullable(),
  erased: z
    .strictObject({
      payloads: z.int().min(0).describe('An event may have been kept in several renderings.'),
      deliveries: z.int().min(0).describe('That could have been sent still.'),
      failure_bodies: z.int().min(0).describe('Answers of failed attempts.'),
    })
    .describe('At least: what a step that was cut off had erased is not counted again.'),
  remains: remainsJson,
});

export const erasureToJson = (erasure: Erasure, now: Date): z.output<typeof erasureJson> => ({
  id: erasureIdOf(erasure.companyId, erasure.candidateIds[0]!),
  company_id: erasure.companyId,
  candidate_ids: [...erasure.candidateIds],
  status: erasure.status === 'done' ? 'done' : 'running',
  requested_at: erasure.requestedAt.toISOString(),
  requested_by: erasure.requestedBy,
  completed_at: erasure.completedAt?.toISOString() ?? null,
  erased: {
    payloads: erasure.erased.payloads,
    deliveries: erasure.erased.deliveries,
    failure_bodies: erasure.erased.failureBodies,
  },
  remains: remainsToJson(remaindersOf(erasure, now)),
});
