// Erasure and export over the real Function URL, and what the whole way then does with a candidate's events.
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Scenario, ScenarioWorld } from './admin-scenarios.ts';
import { eventually } from './log-scenarios.ts';

/** The candidate of the samples. */
const candidate = 20817;

/** An event of the candidate, delivered. */
const deliverOne = async (world: ScenarioWorld) => {
  const { id } = await world.subscribe();
  const publish = () => world.stack.publish('candidate.archived', { company_id: world.companyId });
  const eventId = await publish();
  const deliveryOf = (event: string) => `${world.company}/deliveries/${deliveryIdOf(event, id)}`;
  await eventually(world, deliveryOf(eventId), { status: 'delivered' });
  return { eventId, publish };
};

const erase = async (world: ScenarioWorld): Promise<string> => {
  const { status, body } = await world.call('POST', `${world.company}/erasures`, {
    candidate_id: candidate,
  });
  expect(status).toBe(202);
  return (body as { id: string }).id;
};

export const privacyScenarios: Readonly<Record<string, Scenario>> = {
  eraseCandidate: async (world) => {
    const { eventId, publish } = await deliverOne(world);
    const delivered = world.receiver.callbacks.length;

    await erase(world);

    const erased = await eventually(world, `${world.company}/events/${eventId}?include=data`, {
      erased: true,
    });
    expect(erased.callback).toBeNull();
    const later = await publish();
    await eventually(world, `${world.company}/events/${later}`, { erased: true, deliveries: [] });
    await wait(200);
    expect(world.receiver.callbacks).toHaveLength(delivered);
  },

  getErasure: async (world) => {
    await deliverOne(world);
    const id = await erase(world);

    const proof = await eventually(world, `${world.company}/erasures/${id}`, {
      erased: { payloads: 1 },
    });

    expect(proof).toMatchObject({ candidate_ids: [String(candidate)], completed_at: null });
    expect(proof.remains).toContainEqual(expect.objectContaining({ where: 'event_bus_archive' }));
  },

  exportCandidate: async (world) => {
    const { eventId } = await deliverOne(world);

    const { body } = await world.call('GET', `${world.company}/candidates/${candidate}/export`);

    const lines = String(body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { kind: 'event', id: eventId, callback: { data: { candidate_id: candidate } } },
      { kind: 'delivery', event_id: eventId, status: 'delivered' },
      { kind: 'end', next_cursor: null },
    ]);
  },

  deleteCompany: async (world) => {
    const { publish } = await deliverOne(world);
    const delivered = world.receiver.callbacks.length;

    const { status, body } = await world.call('DELETE', world.company);

    const { id } = body as { id: string };
    expect(status).toBe(202);
    await eventually(world, `${world.company}/deletions/${id}`, { deleted: { events: 1 } });
    const after = await publish();
    await eventually(world, `${world.company}/events/${after}`, { erased: true });
    const { body: left } = await world.call('GET', `${world.company}/subscriptions`);
    expect(left).toMatchObject({ subscriptions: [] });
    const request = { url: world.receiver.url, event_types: ['*'] };
    const refused = await world.call('POST', `${world.company}/subscriptions`, request);
    expect(refused.status).toBe(409);
    expect(world.receiver.callbacks).toHaveLength(delivered);
  },

  getDeletion: async (world) => {
    const { body } = await world.call('DELETE', world.company);
    const { id } = body as { id: string };

    const proof = await world.call('GET', `${world.company}/deletions/${id}`);

    expect(proof.body).toMatchObject({ id, status: 'running', completed_at: null });
  },
};
