// Requests that change one thing at the same time.
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { callApp } from './call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const valid = { url: 'https://hooks.example.com/a', event_types: ['candidate.moved'] };

describe('writers that keep meeting', () => {
  it('are told to repeat, and nothing is a fault', async () => {
    const world = createMemoryWorld();
    const created = await callApp(createApp(world.deps, adminRoutes), 'POST', collection, valid);
    const change = callApp(
      createApp({ ...world.deps, replaceSubscription: async () => false }, adminRoutes),
      'PATCH',
      `${collection}/${created.json.id}`,
      { description: 'other' },
    );

    const { status, json } = await change;

    expect(status).toBe(409);
    expect(json).toMatchObject({
      type: '/problems/not-possible-now',
      detail: 'Repeat the request.',
    });
    expect(world.lines.map(({ event }) => event)).not.toContain('admin.fault');
  });
});
