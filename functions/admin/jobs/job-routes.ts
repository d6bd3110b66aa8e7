// Many deliveries of a subscription at once: release what is held, recover what failed, replay what it would have got.
import * as z from 'zod';
import { type Job, type JobKind, jobIdOf } from '../../../shared/job.ts';
import { pageItemsMax } from '../../../shared/limits.ts';
import { nextCursor, pageOf, pageQuery, positionIn } from '../page.ts';
import { subscription } from '../parameters.ts';
import { gone, invalidRequest, notFound } from '../problem.ts';
import { type Answer, type Call, defineRoute, type Route } from '../route.ts';
import { jobJson, jobParams, jobToJson, nothingElse, since } from './job-json.ts';
import { cancelJob, type JobDeps, startJob } from './start-job.ts';

const parent = '/v1/companies/{company_id}/subscriptions/{id}';
const tag = 'Jobs';

type Params = z.output<typeof subscription>;

const jobNumber = /^[1-9]\d{0,5}$/;

const startRoute = <Body extends z.ZodObject>(
  kind: JobKind,
  body: Body,
  about: { id: string; summary: string; description: string },
): Route<JobDeps> =>
  defineRoute({
    method: 'POST',
    path: `${parent}/${kind}`,
    tag,
    ...about,
    params: subscription,
    body,
    answers: { 202: { description: 'Begun. The sweep does it.', schema: jobJson } },
    problems: ['/problems/not-possible-now', '/problems/gone'],
    handle: (deps: JobDeps, call) => begin(deps, kind, call),
    rebuild: async (deps, { params }, reference) => {
      const job = await deps.getJob(params.company_id, params.id, reference.job_id!);
      if (job === undefined) throw gone('job');
      return answer(202, job);
    },
  });

const begin = async (
  deps: JobDeps,
  kind: JobKind,
  { params, body, caller, seed }: Call<Params, unknown, { since?: Date }>,
): Promise<Answer> => {
  if (body.since !== undefined && body.since > deps.now()) {
    throw invalidRequest([{ path: 'since', message: 'must not be in the future' }]);
  }
  const job = await startJob(deps, {
    companyId: params.company_id,
    subscriptionId: params.id,
    kind,
    ...(body.since && { since: body.since }),
    createdBy: caller,
    seed,
  });
  return answer(202, job);
};

const answer = (status: 200 | 202, job: Job): Answer => ({
  status,
  body: jobToJson(job),
  reference: { job_id: jobIdOf(job) },
});

const paced =
  'The subscription must be enabled, and has one job at a time. At most 600 deliveries a minute are sent.';

export const jobRoutes: readonly Route<JobDeps>[] = [
  startRoute('release', nothingElse, {
    id: 'releaseDeliveries',
    summary: 'Send what is held',
    description: `Each delivery begins the schedule anew. ${paced}`,
  }),
  startRoute('recover', since, {
    id: 'recoverDeliveries',
    summary: 'Send again what failed since a time',
    description: `Every delivery that used up its schedule since then begins it anew. ${paced}`,
  }),
  startRoute('replay', since, {
    id: 'replayEvents',
    summary: 'Send what the subscription would have received since a time',
    description: `As if it had been there then as it is now; events that it has a delivery of are left out. ${paced}`,
  }),
  defineRoute({
    method: 'GET',
    path: `${parent}/jobs`,
    id: 'listJobs',
    tag,
    summary: "A subscription's jobs, the latest first",
    params: subscription,
    query: z.strictObject(pageQuery),
    answers: {
      200: {
        description: 'A page of them. A job is kept for 30 days.',
        schema: z.strictObject({ jobs: z.array(jobJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: JobDeps, { params, query }) => {
      const list = ['jobs', params.company_id, params.id];
      const below = positionIn(list, query.cursor, [jobNumber])?.[0];
      const { company_id: companyId, id } = params;
      if ((await deps.getSubscription(companyId, id)) === undefined) throw notFound('subscription');
      const { limit = pageItemsMax } = query;
      const page = await deps.listJobs(companyId, id, {
        limit,
        ...(below !== undefined && { below: Number(below) }),
      });
      const { items, next_cursor } = pageOf(list, page.jobs, {
        limit,
        positionOf: ({ number }) => [String(number)],
        ...(page.below !== undefined && { readTo: [String(page.below)] }),
      });
      return { status: 200, body: { jobs: items.map(jobToJson), next_cursor } };
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${parent}/jobs/{job_id}`,
    id: 'getJob',
    tag,
    summary: 'One job, and how far it is',
    params: jobParams,
    answers: { 200: { description: 'As it is now.', schema: jobJson } },
    handle: async (deps: JobDeps, { params }) => {
      const job = await deps.getJob(params.company_id, params.id, params.job_id);
      if (job === undefined) throw notFound('job');
      return answer(200, job);
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${parent}/jobs/{job_id}/cancel`,
    id: 'cancelJob',
    tag,
    summary: 'Cancel a job',
    description: 'What is on its way stays so.',
    params: jobParams,
    body: nothingElse,
    answers: { 200: { description: 'Cancelled, now or before.', schema: jobJson } },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: JobDeps, { params }) =>
      answer(200, await cancelJob(deps, params.company_id, params.id, params.job_id)),
  }),
];
