// What holds of every route of the admin API: it refuses what it does not know, and tells who called.
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { openApiOf } from '../../../functions/admin/openapi.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { createCheckedApp } from '../../support/checked-app.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { operationsOf } from '../../support/openapi-checker.ts';
import { callApp } from './call-app.ts';

describe('a parameter that a route does not know', () => {
  const values: Readonly<Record<string, string>> = { company_id: '318', candidate_id: '20817' };
  const app = createCheckedApp(createMemoryWorld().deps);
  const operations = operationsOf(openApiOf(adminRoutes));

  it.each(operations.map(({ operation }) => operation.operationId))(
    'is refused by %s, not passed over',
    async (id) => {
      const { method, path } = operations.find(({ operation }) => operation.operationId === id)!;
      const own = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'evt_1');

      const { status, json } = await callApp(app, method, `${own}?stauts=held`);

      expect(status).toBe(400);
      expect(json.errors).toContainEqual({ path: 'stauts', message: 'is not a known field' });
    },
  );
});

describe('each call', () => {
  it('is logged with its caller, its route and its company, and nothing else of it', async () => {
    const caller = 'arn:aws:iam::000000000000:user/ats';
    const url = 'https://hooks.example.com/path-secret';
    const body = JSON.stringify({ url, event_types: ['*'], description: 'not to be logged' });
    const collection = '/v1/companies/318/subscriptions';
    const world = createMemoryWorld();
    const app = createApp(world.deps, adminRoutes);

    await app.request(`${collection}?x=secret`, { method: 'POST', body }, { caller });
    await app.request(collection, { method: 'POST', body }, { caller });
    await app.request(collection, { method: 'PUT', body }, { caller });
    await app.request('/v1/nothing/path-secret', { method: 'POST', body }, { caller });

    const line = {
      event: 'admin.called',
      method: 'POST',
      route: 'createSubscription',
      companyId: 318,
      caller,
    };
    expect(world.lines).toEqual([
      { ...line, status: 400, durationMs: 0 },
      { ...line, status: 201, durationMs: 0 },
      { event: 'admin.called', caller, status: 405, durationMs: 0 },
      { event: 'admin.called', caller, status: 404, durationMs: 0 },
    ]);
  });
});
