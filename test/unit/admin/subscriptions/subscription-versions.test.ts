// The version of each event type that a subscription keeps, as the admin API shows it.
import { expect, it } from 'vitest';
import { subscriptionToJson } from '../../../../functions/admin/subscriptions/subscription-json.ts';
import { eventTypes } from '../../../../shared/event-types.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld, livingOf } from '../../../support/memory-subscriptions.ts';
import { callApp } from '../call-app.ts';

const path = '/v1/companies/318/subscriptions';
const valid = { url: 'https://hooks.example.com/a', event_types: ['candidate.moved'] };

it('a subscription shows the version that it keeps of every event type, and nobody chooses it', async () => {
  const world = createMemoryWorld();
  const app = createCheckedApp(world.deps);
  const made = await callApp(app, 'POST', path, valid);

  const chosen = await callApp(app, 'PATCH', `${path}/${made.json.id}`, { versions: {} });
  const pinned = subscriptionToJson({ ...livingOf(world)[0]!, versions: { 'candidate.moved': 2 } });

  expect(made.json.versions).toEqual(
    Object.fromEntries(Object.values(eventTypes).map(({ name, version }) => [name, version])),
  );
  expect(chosen.status).toBe(400);
  expect(pinned.versions).toEqual({ ...made.json.versions, 'candidate.moved': 2 });
});
