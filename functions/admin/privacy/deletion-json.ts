// A company's deletion as the admin API gives it: the proof that can be asked for again.
import * as z from 'zod';
import {
  type CompanyDeletion,
  deletionIdOf,
  deletionIdPattern,
} from '../../../shared/company-deletion.ts';
import { remaindersOf } from '../../../shared/erasure.ts';
import { company } from '../parameters.ts';
import { remainsJson, remainsToJson } from './erasure-json.ts';

export const deletionParams = company.extend({
  deletion_id: z.string().max(64).meta({ pattern: deletionIdPattern.source }),
});

export const deletionJson = z.strictObject({
  id: z.string().regex(deletionIdPattern),
  company_id: z.int().positive(),
  status: z.enum(['running', 'done']),
  requested_at: z.iso.datetime(),
  requested_by: z.string(),
  completed_at: z.iso.datetime().nullable(),
  deleted: z
    .strictObject({ events: z.int().min(0), rows: z.int().min(0).describe('Of all tables.') })
    .describe('At least: what a step that was cut off had deleted is not counted again.'),
  remains: remainsJson,
});

export const deletionToJson = (
  deletion: CompanyDeletion,
  now: Date,
): z.output<typeof deletionJson> => ({
  id: deletionIdOf(deletion.companyId),
  company_id: deletion.companyId,
  status: deletion.status === 'done' ? 'done' : 'running',
  requested_at: deletion.requestedAt.toISOString(),
  requested_by: deletion.requestedBy,
  completed_at: deletion.completedAt?.toISOString() ?? null,
  deleted: { events: deletion.events, rows: deletion.rows },
  remains: remainsToJson(remaindersOf(deletion, now)),
});
