// What may have to go: a candidate, with a proof, or a whole company. And what may have to be shown: a candidate's data.
import * as z from 'zod';
import type { CandidateId } from '../../../shared/candidate-ids.ts';
import { deletionIdOf } from '../../../shared/company-deletion.ts';
import { askedAgain, type Erasure, erasureIdOf } from '../../../shared/erasure.ts';
import { identifierPattern } from '../../../shared/identifiers.ts';
import { requestConflictsMax } from '../../../shared/limits.ts';
import { untilWritten } from '../../../shared/retry-conflicts.ts';
import { cursorOf, positionIn } from '../page.ts';
import { company } from '../parameters.ts';
import { gone, notFound } from '../problem.ts';
import { defineRoute, type Route } from '../route.ts';
import { type CompanyDeletionDeps, deleteCompany } from './delete-company.ts';
import { deletionJson, deletionParams, deletionToJson } from './deletion-json.ts';
import {
  candidateParams,
  erasureJson,
  erasureParams,
  erasureToJson,
  newErasure,
} from './erasure-json.ts';
import { type ExportDeps, type ExportPosition, exportCandidate } from './export-candidate.ts';

export interface PrivacyDeps extends ExportDeps, CompanyDeletionDeps {
  getErasure(companyId: number, id: string): Promise<Erasure | undefined>;
  /** False where another writer was first. */
  putErasure(erasure: Erasure): Promise<boolean>;
  /** From then on fan-out drops every event of the candidate; without one, of the whole company. */
  putTombstone(companyId: number, candidate?: CandidateId): Promise<void>;
}

const tag = 'Privacy';
const parent = '/v1/companies/{company_id}';

/** An event, and a subscription or none. */
const exportPosition = [identifierPattern, /^(sub_\d{3}[0-9a-f]{20})?$/];

/** The tombstone first: what fan-out stores from here on, it drops again. */
const askForErasure = async (
  deps: PrivacyDeps,
  companyId: number,
  candidate: CandidateId,
  requestedBy: string,
): Promise<Erasure> => {
  await deps.putTombstone(companyId, candidate);
  return untilWritten(requestConflictsMax, 'the erasure', async () => {
    const known = await deps.getErasure(companyId, erasureIdOf(companyId, candidate));
    const asked = askedAgain(known, { companyId, candidate, requestedBy }, deps.now());
    return (asked === known || (await deps.putErasure(asked))) && asked;
  });
};

const answer = (status: 200 | 202, erasure: Erasure, now: Date) => ({
  status,
  body: erasureToJson(erasure, now),
  reference: { erasure_id: erasureIdOf(erasure.companyId, erasure.candidateIds[0]!) },
});

export const privacyRoutes: readonly Route<PrivacyDeps>[] = [
  defineRoute({
    method: 'POST',
    path: `${parent}/erasures`,
    id: 'eraseCandidate',
    tag,
    summary: 'Erase what is kept of a candidate',
    description:
      "Strips the candidate's events of their payloads and failed attempts of their answers; what could still be sent ends as erased. The sweep begins within a minute; until it has come to an event, an attempt of it may still be made. From now on every event of the candidate that comes is dropped, out of the archive and the dead letters too. Asked for again, it is the same erasure, looked after once more.",
    params: company,
    body: newErasure,
    answers: { 202: { description: 'Begun. The sweep does it.', schema: erasureJson } },
    problems: ['/problems/gone'],
    handle: async (deps: PrivacyDeps, { params, body, caller }) =>
      answer(
        202,
        await askForErasure(deps, params.company_id, body.candidate_id, caller),
        deps.now(),
      ),
    rebuild: async (deps, { params }, reference) => {
      const erasure = await deps.getErasure(params.company_id, reference.erasure_id!);
      if (erasure === undefined) throw gone('erasure');
      return answer(202, erasure, deps.now());
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${parent}/erasures/{erasure_id}`,
    id: 'getErasure',
    tag,
    summary: 'The proof of an erasure',
    description: 'What was erased and when; what remains where, and until when.',
    params: erasureParams,
    answers: { 200: { description: 'As it is now.', schema: erasureJson } },
    handle: async (deps: PrivacyDeps, { params }) => {
      const erasure = await deps.getErasure(params.company_id, params.erasure_id);
      if (erasure === undefined) throw notFound('erasure');
      return answer(200, erasure, deps.now());
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${parent}/candidates/{candidate_id}/export`,
    id: 'exportCandidate',
    tag,
    summary: "A candidate's data",
    description:
      'JSON, one line for each "event", then one for each "delivery" of it with its attempts: `kind` says which. The last line is of the kind "end": its next_cursor begins the next page, or is null.',
    params: candidateParams,
    query: z.strictObject({
      cursor: z.string().max(1_024).optional().describe('`next_cursor` of the page before.'),
    }),
    answers: {
      200: {
        description: 'A page: a hundred lines or 4 MB at most.',
        contentType: 'application/x-ndjson',
        schema: z.string(),
      },
    },
    handle: async (deps: PrivacyDeps, { params, query }) => {
      const list = ['export', params.company_id, params.candidate_id];
      const after = positionIn(list, query.cursor, exportPosition) as ExportPosition | undefined;
      const { company_id: companyId, candidate_id: candidate } = params;
      const page = await exportCandidate(deps, companyId, candidate, after);
      if (page === undefined) throw notFound('candidate');
      const { lines, last } = page;
      const end = { kind: 'end', next_cursor: last === undefined ? null : cursorOf(list, last) };
      return { status: 200, body: [...lines, JSON.stringify(end), ''].join('\n') };
    },
  }),
  defineRoute({
    method: 'DELETE',
    path: parent,
    id: 'deleteCompany',
    tag,
    summary: 'Delete a company',
    description:
      'Its subscriptions and their keys at once; then events, deliveries, requests and audit. From now on every event of the company is dropped, and it takes no subscription. Asked for again, it is the same deletion, looked after once more.',
    params: company,
    answers: { 202: { description: 'Begun. The sweep does it.', schema: deletionJson } },
    handle: async (deps: PrivacyDeps, { params, caller, seed }) => {
      const deletion = await deleteCompany(deps, params.company_id, { caller, seed });
      return { status: 202, body: deletionToJson(deletion, deps.now()) };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${parent}/deletions/{deletion_id}`,
    id: 'getDeletion',
    tag,
    summary: "The proof of a company's deletion",
    params: deletionParams,
    answers: { 200: { description: 'As it is now.', schema: deletionJson } },
    handle: async (deps: PrivacyDeps, { params }) => {
      const deletion = await deps.getDeletion(params.company_id);
      const isThis = params.deletion_id === deletionIdOf(params.company_id);
      if (deletion === undefined || !isThis) throw notFound('deletion');
      return { status: 200, body: deletionToJson(deletion, deps.now()) };
    },
  }),
];
