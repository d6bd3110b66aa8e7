// The rim of the admin function: which requests reach the app as they read.
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { createHandler } from '../../../functions/admin/handler.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { functionUrlEvent } from '../../support/function-url-event.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { callApp } from './call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const valid = { url: 'https://hooks.example.com/a', event_types: ['candidate.moved'] };

describe('a path that leads elsewhere than it reads', () => {
  it.each([
    '/v1/companies/6000/subscriptions/%2e%2e/%2e%2e/318/subscriptions',
    '/v1/companies/6000/subscriptions/../../318/subscriptions',
    '/v1/companies/6000/x\\..\\..\\318/subscriptions',
    '/v1/companies/./318/subscriptions',
    '/v1/companies/318/subscriptions/.%2E/subscriptions',
  ])('is no route: %s', async (path) => {
    const app = createApp(createMemoryWorld().deps, adminRoutes);
    await callApp(app, 'POST', collection, valid);

    const answer = await createHandler(app)(functionUrlEvent('GET', path));

    expect(answer).toMatchObject({ statusCode: 404, body: expect.stringContaining('route') });
  });
});
