// The emergency stop, of one company or of everything, and its end.
import * as z from 'zod';
import { companyIdMax, pageItemsMax } from '../../../shared/limits.ts';
import type { Paged, Stop, StopChange } from '../../../shared/stops-table.ts';
import { instant, nextCursor, pageOf, pageQuery, positionIn } from '../page.ts';
import { gone } from '../problem.ts';
import { type Call, defineRoute, type Route } from '../route.ts';

export interface StopDeps {
  listStops(page: Paged): Promise<{ stops: readonly Stop[]; readTo?: string }>;
  /** Undefined: that of everything. */
  getStop(companyId: number | undefined): Promise<Stop | undefined>;
  /** Gives the stop that stands: one that stood already stays as it is. */
  putStop(companyId: number | undefined, now: Date, caller: string): Promise<Stop>;
  deleteStop(companyId: number | undefined): Promise<void>;
  putStopChange(change: StopChange): Promise<void>;
  listStopChanges(
    page: Paged & { now: Date },
  ): Promise<{ changes: readonly StopChange[]; readTo?: string }>;
  now(): Date;
}

const path = '/v1/operations/stops';
const tag = 'Operations';

const stopPosition = /^stop(#[1-9]\d{0,14})?$/;
const changePosition = new RegExp(`^audit#${instant}#[0-9a-f]{16}$`);

/** An empty body must not stop everything: what is meant is said. */
const whom = z
  .strictObject({
    company_id: z.int().positive().max(companyIdMax).optional(),
    everything: z.literal(true).optional(),
  })
  .refine((body) => (body.company_id === undefined) !== (body.everything === undefined), {
    path: ['company_id'],
    error: 'must be a company, or "everything": true must stand instead of it',
  });

const companyId = z.int().nullable().describe('Null: everything.');

const stopJson = z
  .strictObject({
    company_id: companyId,
    stopped_at: z.iso.datetime(),
    stopped_by: z.string(),
  })
  .meta({ id: 'Stop' });

const stopToJson = (stop: Stop): z.input<typeof stopJson> => ({
  company_id: stop.companyId ?? null,
  stopped_at: stop.stoppedAt.toISOString(),
  stopped_by: stop.stoppedBy,
});

const changeJson = z
  .strictObject({
    action: z.enum(['stopped', 'ended']),
    company_id: companyId,
    at: z.iso.datetime(),
    caller: z.string(),
  })
  .meta({ id: 'StopChange' });

const noteChange = (
  deps: StopDeps,
  { body, caller, seed }: Call<unknown, unknown, z.output<typeof whom>>,
  action: StopChange['action'],
  at: Date,
): Promise<void> => {
  const { company_id } = body;
  const token = seed.slice(0, 16);
  return deps.putStopChange({ action, companyId: company_id, at, caller, token });
};

export const stopRoutes: readonly Route<StopDeps>[] = [
  defineRoute({
    method: 'GET',
    path,
    id: 'listStops',
    tag,
    summary: 'The emergency stops that stand',
    params: z.object({}),
    query: z.strictObject(pageQuery),
    answers: {
      200: {
        description: 'That of everything first.',
        schema: z.strictObject({ stops: z.array(stopJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: StopDeps, { query }) => {
      const { limit = pageItemsMax } = query;
      const after = positionIn(['stops'], query.cursor, [stopPosition])?.[0];
      const page = await deps.listStops({ limit, ...(after !== undefined && { after }) });
      const { items, next_cursor } = pageOf(['stops'], page.stops, {
        limit,
        positionOf: (stop) => [stop.companyId === undefined ? 'stop' : `stop#${stop.companyId}`],
        ...(page.readTo !== undefined && { readTo: [page.readTo] }),
      });
      return { status: 200, body: { stops: items.map(stopToJson), next_cursor } };
    },
  }),
  defineRoute({
    method: 'POST',
    path,
    id: 'beginStop',
    tag,
    summary: 'Stop the deliveries of one company, or of everything',
    description:
      'From now on every delivery that is met is held, not sent; attempts that are under way end. ' +
      'Events go on being stored. Who asked is kept for a year. One that stands already stays as it is, with its ' +
      'time and who began it.',
    params: z.object({}),
    body: whom,
    answers: { 200: { description: 'It stands.', schema: stopJson } },
    handle: async (deps: StopDeps, call) => {
      const [{ company_id }, now] = [call.body, deps.now()];
      await noteChange(deps, call, 'stopped', now);
      const stop = await deps.putStop(company_id, now, call.caller);
      return { status: 200, body: stopToJson(stop) };
    },
    // Not begun again: it may have been ended since.
    rebuild: async (deps, { body }) => {
      const stop = await deps.getStop(body.company_id);
      if (stop === undefined) throw gone('stop');
      return { status: 200, body: stopToJson(stop) };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/end`,
    id: 'endStop',
    tag,
    summary: 'End an emergency stop',
    description:
      'What was held stays held: `release` sends it, subscription by subscription, at its own pace. ' +
      "The end of everything's stop leaves those of single companies.",
    params: z.object({}),
    body: whom,
    answers: {
      200: {
        description: 'It stands no more, whether or not it did.',
        schema: z.strictObject({ company_id: companyId }),
      },
    },
    handle: async (deps: StopDeps, call) => {
      await noteChange(deps, call, 'ended', deps.now());
      await deps.deleteStop(call.body.company_id);
      return { status: 200, body: { company_id: call.body.company_id ?? null } };
    },
    // Not ended again: another may have begun since.
    rebuild: async (_, { body }) => ({
      status: 200,
      body: { company_id: body.company_id ?? null },
    }),
  }),
  defineRoute({
    method: 'GET',
    path: `${path}/audit`,
    id: 'listStopChanges',
    tag,
    summary: 'Who stopped what, and who ended it',
    params: z.object({}),
    query: z.strictObject(pageQuery),
    answers: {
      200: {
        description: 'Newest first; kept for a year.',
        schema: z.strictObject({ changes: z.array(changeJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: StopDeps, { query }) => {
      const { limit = pageItemsMax } = query;
      const after = positionIn(['stop changes'], query.cursor, [changePosition])?.[0];
      const page = await deps.listStopChanges({
        limit,
        now: deps.now(),
        ...(after !== undefined && { after }),
      });
      const { items, next_cursor } = pageOf(['stop changes'], page.changes, {
        limit,
        positionOf: ({ at, token }) => [`audit#${at.toISOString()}#${token}`],
        ...(page.readTo !== undefined && { readTo: [page.readTo] }),
      });
      const changes = items.map(({ action, companyId: company, at, caller }) => ({
        action,
        company_id: company ?? null,
        at: at.toISOString(),
        caller,
      }));
      return { status: 200, body: { changes, next_cursor } };
    },
  }),
];
