// What JSON lets pass in silence, and the admin API does not.
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { callApp } from './call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const app = createApp(createMemoryWorld().deps, adminRoutes);

describe('a body', () => {
  it.each([
    ['event_types', '{"url":"https://hooks.example.com/a","event_types":["*"],"event_types":[]}'],
    [
      'headers.x-a',
      '{"url":"https://hooks.example.com/a","event_types":["*"],"headers":{"x-a":"1","x-a":"2"}}',
    ],
  ])('that says %s twice is refused: readers differ on which counts', async (path, body) => {
    const { status, json } = await callApp(app, 'POST', collection, body);

    expect(status).toBe(400);
    expect(json.errors).toEqual([{ path, message: 'is there twice; a key may be there once' }]);
  });
});
