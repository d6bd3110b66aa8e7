// Every route of the admin API's OpenAPI document over the real Function URL: as it is described, and never to another company.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiOf } from '../../functions/admin/openapi.ts';
import { adminRoutes } from '../../functions/admin/routes.ts';
import type { CallAdmin } from '../../infra/admin-client.ts';
import { createChecker, operationsOf } from '../support/openapi-checker.ts';
import { type ScenarioWorld, scenarios } from './support/admin-scenarios.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

const document = openApiOf(adminRoutes);
const operations = operationsOf(document);
const check = createChecker(document);

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly request: unknown;
  readonly status: number;
  readonly body: unknown;
}

/** Each call that was answered. */
const seen: Seen[] = [];

let stack: TestStack;
let receiver: TestReceiver;
beforeAll(async () => {
  // Jobs are the sweep's; and one retry is enough for a delivery to fail for good.
  stack = await startTestStack({ sweepSeconds: 1, environment: { RETRY_DELAYS_MS: '1000' } });
  receiver = await startTestReceiver();
});
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

const call: CallAdmin = async (method, path, body, headers) => {
  const answer = await stack.callAdmin(method, path, body, headers);
  const { pathname } = new URL(path, 'http://admin.invalid');
  seen.push({ method, path: pathname, request: body, status: answer.status, body: answer.body });
  check({
    method,
    path: pathname,
    status: answer.status,
    contentType: answer.headers.get('content-type'),
    etag: answer.headers.get('etag'),
    body: textOf(answer.body),
  });
  return answer;
};

const textOf = (body: unknown): string =>
  body === null ? '' : typeof body === 'string' ? body : JSON.stringify(body);

/** Calls of one operation that did what they asked for. */
const servedBy = (method: string, path: string, among: readonly Seen[]): Seen[] => {
  const template = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
  return among
    .filter((each) => each.method === method && template.test(each.path))
    .filter(({ status }) => status >= 200 && status < 300);
};

let companies = 1000;
let urls = 0;

const worldOf = (companyId: number): ScenarioWorld => {
  const company = `/v1/companies/${companyId}`;
  return {
    stack,
    call,
    receiver,
    companyId,
    company,
    subscribe: async (settings = {}) => {
      urls += 1;
      const request = { url: `${receiver.url}?${urls}`, event_types: ['*'], ...settings };
      const { status, body } = await call('POST', `${company}/subscriptions`, request);
      expect(status).toBe(201);
      const { id } = body as { id: string };
      return { id, path: `${company}/subscriptions/${id}` };
    },
  };
};

describe('the operation', () => {
  it.each(operations.map(({ operation }) => operation.operationId))(
    '%s does what it is for',
    async (operationId) => {
      const { method, path } = operations.find(
        ({ operation }) => operation.operationId === operationId,
      )!;
      const scenario = scenarios[operationId];
      expect(scenario, `${operationId} has no entry in admin-scenarios.ts`).toBeDefined();
      const before = seen.length;

      companies += 1;
      await scenario!(worldOf(companies));

      expect(servedBy(method, path, seen.slice(before)).length).toBeGreaterThan(0);
    },
  );

  it('has an entry for no route that there is not', () => {
    const ids = operations.map(({ operation }) => operation.operationId);

    expect(Object.keys(scenarios).filter((id) => !ids.includes(id))).toEqual([]);
  });
});

describe('another company', () => {
  const parametersOf = (path: string) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const ofCompanies = operations.filter(({ path }) => parametersOf(path).includes('company_id'));
  const withIds = ofCompanies.filter(({ path }) => parametersOf(path).length > 1);
  const lists = ofCompanies.filter(
    ({ method, path }) => method === 'GET' && parametersOf(path).length === 1,
  );
  const nameOf = ({ operation }: (typeof operations)[number]) => operation.operationId;
  const strangers = { id: 999, path: '/v1/companies/999' };

  /** Every id that any answer has shown. */
  const idsShown = (): Set<string> =>
    new Set(
      seen.flatMap(({ body }) =>
        [...textOf(body).matchAll(/"(?:\w+_)?id":"([^"]{8,})"/g)].map(([, id]) => id!),
      ),
    );

  it.each(withIds.map(nameOf))('calls %s with ids of this one, and finds nothing', async (name) => {
    const { method, path } = withIds.find((each) => nameOf(each) === name)!;
    const { path: living } = await worldOf(1000).subscribe();
    const [call_] = servedBy(method, path, seen).slice(-1);
    expect(call_, `${name} was called by no scenario`).toBeDefined();
    const isOfSubscription = /^[^{]+\{company_id\}\/subscriptions\/\{id\}(\/[a-z-]+)*$/.test(path);
    const own = isOfSubscription
      ? call_!.path.replace(/^.*\/subscriptions\/[^/]+/, living)
      : call_!.path;
    const ids = idsShown();

    const foreign = own.replace(/^\/v1\/companies\/\d+/, strangers.path);
    const answer = await call(method, foreign, call_!.request);

    expect(answer.status).toBe(404);
    expect([...ids].filter((id) => textOf(answer.body).includes(id))).toEqual([]);
    expect((await call('GET', living)).headers.get('etag')).toBe('"1"');
  });

  it.each(lists.map(nameOf))('calls %s and sees nothing of the others', async (name) => {
    const { method, path } = lists.find((each) => nameOf(each) === name)!;

    const answer = await call(method, path.replace('{company_id}', String(strangers.id)));

    expect(answer.status).toBe(200);
    expect([...idsShown()].filter((id) => textOf(answer.body).includes(id))).toEqual([]);
  });
});

describe('a request that is not signed', () => {
  it('reaches no route', async () => {
    const answers = await Promise.all(
      operations.map(({ method, path }) =>
        fetch(new URL(path.replaceAll(/\{\w+\}/g, '1'), stack.adminUrl), { method }),
      ),
    );

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([403]));
  });
});

describe('a limit of callbacks a second', () => {
  it('is kept from the bus to the receiver, and holds back nothing for good', async () => {
    const limited = await startTestReceiver();
    const calledAt: number[] = [];
    limited.answer = (response) => {
      calledAt.push(Date.now());
      response.writeHead(200).end();
    };
    companies += 1;
    await worldOf(companies).subscribe({
      url: limited.url,
      event_types: ['task.created'],
      max_per_second: 1,
    });

    // Two seconds' turns are taken at once; the third is parked, and comes when the sweep has tended to it.
    for (let n = 0; n < 3; n += 1) await stack.publish('task.created', { company_id: companies });
    await limited.waitFor(3, 100_000);
    await limited.close();

    // Each starts in a second of its own; how long it is under way differs.
    expect(calledAt.at(-1)! - calledAt[0]!).toBeGreaterThan(1_000);
  }, 120_000);
});
