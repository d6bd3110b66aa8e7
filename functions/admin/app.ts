// The admin API: routes, and what a wrong request is told. It never sees a Lambda event.
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { adminBodyBytesMax } from '../../shared/limits.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import {
  createSubscription,
  deleteSubscription,
  type SubscriptionDeps,
} from './create-subscription.ts';
import { fieldErrors, invalidRequest, notFound, type Problem, ProblemError } from './problem.ts';
import { companyIdParameter, newSubscription, toJson } from './subscription-json.ts';

export interface AdminDeps extends SubscriptionDeps {
  log: Log;
}

const collection = '/v1/companies/:company_id/subscriptions';

export const createApp = (deps: AdminDeps): Hono => {
  const app = new Hono();

  app.post(collection, async (c) => {
    const companyId = read(companyIdParameter, c.req.param('company_id'), 'company_id');
    const request = read(newSubscription, await readBody(c));
    const { subscription, secret } = await createSubscription(deps, companyId, request);
    return c.json({ ...toJson(subscription), secret }, 201);
  });

  app.get(collection, async (c) => {
    const companyId = read(companyIdParameter, c.req.param('company_id'), 'company_id');
    const all = await deps.listSubscriptions(companyId);
    const living = all.filter(({ deletedAt }) => deletedAt === undefined);
    return c.json({ subscriptions: living.map(toJson), next_cursor: null });
  });

  app.get(`${collection}/:id`, async (c) => {
    const companyId = read(companyIdParameter, c.req.param('company_id'), 'company_id');
    const subscription = await deps.getSubscription(companyId, c.req.param('id'));
    if (subscription === undefined) throw notFound('subscription');
    return c.json(toJson(subscription));
  });

  app.delete(`${collection}/:id`, async (c) => {
    const companyId = read(companyIdParameter, c.req.param('company_id'), 'company_id');
    if (!(await deleteSubscription(deps, companyId, c.req.param('id'))))
      throw notFound('subscription');
    return c.body(null, 204);
  });

  app.all(collection, (c) => answerMethodNotAllowed(c, 'GET, HEAD, POST'));
  app.all(`${collection}/:id`, (c) => answerMethodNotAllowed(c, 'GET, HEAD, DELETE'));

  app.notFound((c) => answerProblem(c, notFound('route').problem));
  app.onError((error, c) => {
    if (error instanceof ProblemError) return answerProblem(c, error.problem);
    deps.log({ event: 'admin.fault', method: c.req.method, ...errorFields(error) });
    return answerProblem(c, {
      type: '/problems/fault',
      status: 500,
      title: 'Rappel failed; the request may be repeated.',
    });
  });
  return app;
};

const answerProblem = (c: Context, problem: Problem) =>
  c.body(JSON.stringify(problem), problem.status, { 'content-type': 'application/problem+json' });

/** `Allow` belongs to a 405. https://www.rfc-editor.org/rfc/rfc9110#section-15.5.6 */
const answerMethodNotAllowed = (c: Context, allow: string) => {
  c.header('allow', allow);
  return answerProblem(c, {
    type: '/problems/method-not-allowed',
    status: 405,
    title: `This resource takes ${allow}.`,
  });
};

/** @throws ProblemError invalid-request, with the path of every field that is wrong */
const read = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at = '',
): z.output<Schema> => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    fieldErrors(parsed.error).map(({ path, message }) => ({ path: path || at || 'body', message })),
  );
};

const readBody = async (c: Context): Promise<unknown> => {
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > adminBodyBytesMax) {
    throw new ProblemError({
      type: '/problems/body-too-large',
      status: 413,
      title: `The body has ${bytes.byteLength} bytes; at most ${adminBodyBytesMax} are taken.`,
    });
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest([{ path: 'body', message: 'must be JSON in UTF-8' }]);
  }
};
