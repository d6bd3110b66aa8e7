// The admin API as an app: every route's requests are read, served and logged in one place.
import { type Context, Hono } from 'hono';
import { ConflictError } from '../../shared/errors.ts';
import { errorFields, type Log } from '../../shared/log.ts';
import { type IdempotencyDeps, onceByKey } from './idempotency.ts';
import { companyIdParameter } from './parameters.ts';
import { fault, keptChanging, methodNotAllowed, notFound, ProblemError } from './problem.ts';
import { readCall } from './read-call.ts';
import type { Answer, AppEnvironment, Route } from './route.ts';

export interface AppDeps extends IdempotencyDeps {
  now(): Date;
  log: Log;
}

/** @param routes of all areas; of two with one method and path, the first serves */
export const createApp = <Deps extends AppDeps>(
  deps: Deps,
  routes: readonly Route<Deps>[],
): Hono<AppEnvironment> => {
  const app = new Hono<AppEnvironment>();
  for (const route of routes) {
    app.on(route.method, honoPath(route), (c) => serve(deps, route, c));
  }
  for (const [path, some] of Map.groupBy(routes, honoPath)) {
    app.all(path, (c) => refuse(deps, c, methodNotAllowed(allowOf(some))));
  }
  app.notFound((c) => refuse(deps, c, notFound('route')));
  app.onError((error, c) => {
    if (!(error instanceof ProblemError)) {
      deps.log({ event: 'admin.fault', method: c.req.method, ...errorFields(error) });
    }
    return answerProblem(c, error instanceof ProblemError ? error : fault());
  });
  return app;
};

const serve = async <Deps extends AppDeps>(
  deps: Deps,
  route: Route<Deps>,
  c: Context<AppEnvironment>,
): Promise<Response> => {
  const startedAt = deps.now();
  let status = 500;
  try {
    const { call, key } = await readCall(route, c);
    const answer = await (key === undefined
      ? route.handle(deps, call)
      : onceByKey(deps, route, call, key));
    status = answer.status;
    return render(route, c, answer);
  } catch (caught) {
    // What others change at the same time is nobody's fault: the request may be repeated.
    const error = caught instanceof ConflictError ? keptChanging() : caught;
    if (error instanceof ProblemError) status = error.problem.status;
    throw error;
  } finally {
    deps.log({
      event: 'admin.called',
      method: route.method,
      route: route.id,
      companyId: companyIdOf(c),
      caller: c.env?.caller,
      status,
      durationMs: deps.now().getTime() - startedAt.getTime(),
    });
  }
};

/** Of a request without a route: its path may hold anything, and is not logged. */
const refuse = (deps: AppDeps, c: Context<AppEnvironment>, error: ProblemError): Response => {
  const { status } = error.problem;
  deps.log({ event: 'admin.called', caller: c.env?.caller, status, durationMs: 0 });
  return answerProblem(c, error);
};

/** As the path says it, whatever else is wrong with the request. */
const companyIdOf = (c: Context<AppEnvironment>): number | undefined => {
  const { data } = companyIdParameter.safeParse(c.req.param('company_id'));
  return data;
};

/** An answer that its own schema refuses is a fault of ours, and is not shown. */
const render = (route: Route<never>, c: Context, { status, body, etag }: Answer): Response => {
  const { schema, contentType = 'application/json' } = route.answers[status] ?? {};
  if (etag !== undefined) c.header('etag', etag);
  if (body === undefined) return c.body(null, status as 204);
  const shown = schema === undefined ? body : schema.parse(body);
  return c.body(typeof shown === 'string' ? shown : JSON.stringify(shown), status as 200, {
    'content-type': contentType,
  });
};

const answerProblem = (c: Context, { problem, headers }: ProblemError): Response =>
  c.body(JSON.stringify(problem), problem.status, {
    'content-type': 'application/problem+json',
    ...headers,
  });

/** `/v1/companies/{company_id}` as Hono writes it: `/v1/companies/:company_id`. */
const honoPath = ({ path }: Pick<Route<never>, 'path'>): string =>
  path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Hono answers HEAD wherever it answers GET. */
const allowOf = (routes: readonly Route<never>[]): string =>
  routes
    .flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
    .sort()
    .join(', ');
