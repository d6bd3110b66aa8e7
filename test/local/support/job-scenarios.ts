// Release, recover and replay over the real Function URL, and the sweep that does them.
import { expect } from 'vitest';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Scenario, ScenarioWorld } from './admin-scenarios.ts';
import { eventually } from './log-scenarios.ts';

const anHourAgo = () => new Date(Date.now() - 3_600_000).toISOString();

const publish = ({ stack, companyId }: ScenarioWorld): Promise<string> =>
  stack.publish('candidate.archived', { company_id: companyId });

/** Begins a job and waits until all is on its way. */
const runJob = async (world: ScenarioWorld, path: string, kind: string, body?: object) => {
  const begun = await world.call('POST', `${path}/${kind}`, body);
  expect(begun).toMatchObject({ status: 202, body: { kind, status: 'counting' } });
  const { id } = begun.body as { id: string };
  return eventually(world, `${path}/jobs/${id}`, { status: 'done' });
};

export const jobScenarios: Readonly<Record<string, Scenario>> = {
  releaseDeliveries: async (world) => {
    const { id, path } = await world.subscribe({ status: 'paused' });
    const eventId = await publish(world);
    const delivery = `${world.company}/deliveries/${deliveryIdOf(eventId, id)}`;
    await eventually(world, delivery, { status: 'held' });
    const refused = await world.call('POST', `${path}/release`);
    await world.call('PATCH', path, { status: 'enabled' });

    const job = await runJob(world, path, 'release');

    expect(refused.status).toBe(409);
    expect(job).toMatchObject({ total: 1, done: 1, remaining: 0, deliveries: 1 });
    await eventually(world, delivery, { status: 'delivered', attempt_count: 1 });
  },

  recoverDeliveries: async (world) => {
    const { id, path } = await world.subscribe();
    world.receiver.answer = (response) => response.writeHead(500).end();
    const eventId = await publish(world);
    const delivery = `${world.company}/deliveries/${deliveryIdOf(eventId, id)}`;
    await eventually(world, delivery, { status: 'exhausted' });
    world.receiver.answer = (response) => response.writeHead(200).end();

    const job = await runJob(world, path, 'recover', { since: anHourAgo() });

    expect(job).toMatchObject({ total: 1, done: 1, deliveries: 1 });
    await eventually(world, delivery, { status: 'delivered', attempt_count: 3 });
  },

  replayEvents: async (world) => {
    const witness = await world.subscribe();
    const eventId = await publish(world);
    const seen = `${world.company}/deliveries/${deliveryIdOf(eventId, witness.id)}`;
    await eventually(world, seen, { status: 'delivered' });
    const { id, path } = await world.subscribe({ payload: 'thin' });

    const job = await runJob(world, path, 'replay', { since: anHourAgo() });

    expect(job).toMatchObject({ total: 1, done: 1, deliveries: 1 });
    const delivery = `${world.company}/deliveries/${deliveryIdOf(eventId, id)}`;
    await eventually(world, delivery, { status: 'delivered', variant: 'thin@1' });
    const callback = JSON.parse(world.receiver.callbacks.at(-1)!.body.toString('utf8'));
    expect(callback).toMatchObject({ id: eventId, type: 'candidate.archived' });
  },

  listJobs: async (world) => {
    const { path } = await world.subscribe();
    const first = await runJob(world, path, 'release');
    const second = await runJob(world, path, 'recover', { since: anHourAgo() });

    const { body } = await world.call('GET', `${path}/jobs`);

    expect(body).toMatchObject({ jobs: [{ id: second.id }, { id: first.id }], next_cursor: null });
  },

  getJob: async (world) => {
    const { id, path } = await world.subscribe();

    const job = await runJob(world, path, 'release');

    expect(job).toMatchObject({ subscription_id: id, total: 0, remaining: 0, since: null });
  },

  cancelJob: async (world) => {
    const { path } = await world.subscribe();
    const { body } = await world.call('POST', `${path}/replay`, { since: anHourAgo() });
    const { id } = body as { id: string };

    const cancelled = await world.call('POST', `${path}/jobs/${id}/cancel`);

    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancel_reason: 'asked' });
  },
};
