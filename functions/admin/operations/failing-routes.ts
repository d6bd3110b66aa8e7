// Which subscriptions fail, of all companies, and how their circuits stand.
import * as z from 'zod';
import type { FailingPosition } from '../../../shared/failing-table.ts';
import type { Health } from '../../../shared/health.ts';
import { pageItemsMax } from '../../../shared/limits.ts';
import { cursorOf, instant, nextCursor, pageQuery, positionIn } from '../page.ts';
import { defineRoute, type Route } from '../route.ts';

export interface FailingDeps {
  listFailing(
    limit: number,
    after?: FailingPosition,
  ): Promise<{ failing: readonly Health[]; readTo?: FailingPosition }>;
}

/** Key of the row, and its timer. */
const failingPosition = [
  /^[1-9]\d{0,14}#sub_\d{3}[0-9a-f]{20}$/,
  /^health$/,
  new RegExp(`^${instant}$`),
];

const circuit = z.enum(['closed', 'open', 'half-open']);

const failingJson = z
  .strictObject({
    company_id: z.int(),
    subscription_id: z.string(),
    circuit,
    failures: z.int().describe('Since the last success.'),
    failing_since: z.iso.datetime().nullable(),
    last_success_at: z.iso.datetime().nullable().describe('That ended the failures before these.'),
    next_probe_at: z.iso.datetime().nullable().describe('When Rappel looks at its circuit next.'),
    disabling: z.boolean().describe('It is about to be disabled.'),
  })
  .meta({ id: 'FailingSubscription' });

const failingToJson = (health: Health): z.input<typeof failingJson> => ({
  company_id: health.companyId,
  subscription_id: health.subscriptionId,
  circuit: health.circuit.state,
  failures: health.failures,
  failing_since: health.failingSince?.toISOString() ?? null,
  last_success_at: health.lastSuccessAt?.toISOString() ?? null,
  next_probe_at: health.circuit.tendAt?.toISOString() ?? null,
  disabling: health.notices.some(({ kind }) => kind === 'disabled'),
});

export const failingRoutes: readonly Route<FailingDeps>[] = [
  defineRoute({
    method: 'GET',
    path: '/v1/operations/failing-subscriptions',
    id: 'listFailingSubscriptions',
    tag: 'Operations',
    summary: 'The subscriptions whose receivers fail, and their circuits',
    description:
      'Of all companies, the one that is due for a look first. A few failures that have opened no circuit ' +
      'yet are not among them; what has been disabled is `disabled` in its subscription. ' +
      'They move while they are read: one may be on two pages, or appear after its page.',
    params: z.object({}),
    query: z.strictObject({ ...pageQuery, circuit: circuit.optional() }),
    answers: {
      200: {
        description: 'A page of them; one may be empty and not the last.',
        schema: z.strictObject({ failing: z.array(failingJson), next_cursor: nextCursor }),
      },
    },
    handle: async (deps: FailingDeps, { query }) => {
      const list = ['failing', query.circuit];
      const after = positionIn(list, query.cursor, failingPosition) as FailingPosition | undefined;
      const { failing, readTo } = await deps.listFailing(query.limit ?? pageItemsMax, after);
      const shown = failing.filter(
        ({ circuit: { state } }) => query.circuit === undefined || state === query.circuit,
      );
      return {
        status: 200,
        body: {
          failing: shown.map(failingToJson),
          next_cursor: readTo === undefined ? null : cursorOf(list, readTo),
        },
      };
    },
  }),
];
