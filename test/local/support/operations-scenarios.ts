// Operations over the real Function URL: dead letters, unrouted events, failing receivers, the emergency stop.
import { PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { newHealth } from '../../../shared/health.ts';
import { putHealth } from '../../../shared/health-table.ts';
import { deliveryIdOf } from '../../../shared/identifiers.ts';
import type { Scenario, ScenarioWorld } from './admin-scenarios.ts';
import { eventually } from './log-scenarios.ts';

const operations = '/v1/operations';
const letters = `${operations}/dead-letters/vacancy-archived`;

const containing = (part: object) => expect.arrayContaining([expect.objectContaining(part)]);

const sendTo = async ({ stack }: ScenarioWorld, queueEnd: string, event: object): Promise<void> => {
  const queue = stack.model.queues.find(({ name }) => name.endsWith(queueEnd));
  await stack.sqs.send(
    new SendMessageCommand({ QueueUrl: queue!.url, MessageBody: JSON.stringify(event) }),
  );
};

/** An event as EventBridge puts it into a queue. */
const busEvent = ({ companyId }: ScenarioWorld, id: string) => ({
  source: 'ats',
  'detail-type': 'vacancy.archived',
  detail: { ...sampleDetail('vacancy.archived'), id, company_id: companyId },
});

/** A dead letter that only needs to be brought back. */
const dieOnce = async (world: ScenarioWorld): Promise<string> => {
  const id = `evt_dead_${world.companyId}`;
  await sendTo(world, '-vacancy-archived-dead', busEvent(world, id));
  return id;
};

const redrive = async (world: ScenarioWorld) => {
  const begun = await world.call('POST', `${letters}/redrive`, {});
  expect(begun).toMatchObject({ status: 202, body: { failure: null } });
  const { started_at } = begun.body as { started_at: string };
  return eventually(world, `${letters}/redrives`, {
    redrives: containing({ status: 'completed', started_at }),
  });
};

const putOnBus = ({ stack }: ScenarioWorld, entry: PutEventsRequestEntry) =>
  stack.eventBridge.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: stack.model.outputs.EventBusName, ...entry }],
    }),
  );

const delivered = (world: ScenarioWorld, eventId: string, subscriptionId: string) =>
  eventually(world, `${world.company}/deliveries/${deliveryIdOf(eventId, subscriptionId)}`, {
    status: 'delivered',
  });

const stopCompany = (world: ScenarioWorld) =>
  world.call('POST', `${operations}/stops`, { company_id: world.companyId });

const endStop = (world: ScenarioWorld) =>
  world.call('POST', `${operations}/stops/end`, { company_id: world.companyId });

const deadLetterScenarios: Readonly<Record<string, Scenario>> = {
  listDeadLetters: async (world) => {
    await dieOnce(world);

    await eventually(world, `${operations}/dead-letters`, {
      queues: containing({ queue: 'vacancy-archived', dead_letters: 1 }),
    });
    await redrive(world);
    await eventually(world, `${operations}/dead-letters`, {
      queues: containing({ queue: 'vacancy-archived', dead_letters: 0 }),
    });
  },

  peekDeadLetters: async (world) => {
    const id = await dieOnce(world);

    const { body } = await world.call('POST', `${letters}/peek`, { limit: 100 });
    const nowhere = await world.call('POST', `${operations}/dead-letters/nowhere/peek`, {});

    const shown = { event_id: id, company_id: world.companyId, receive_count: 1, origin: 'other' };
    expect(body).toMatchObject({ dead_letters: containing(shown) });
    expect(JSON.stringify(body)).not.toContain('"data"');
    expect(nowhere.status).toBe(404);
    await redrive(world);
  },

  redriveDeadLetters: async (world) => {
    const { id } = await world.subscribe();
    const eventId = await dieOnce(world);

    await redrive(world);

    await delivered(world, eventId, id);
    const refused = await world.call('POST', `${operations}/dead-letters/unrouted/redrive`, {});
    expect(refused.status).toBe(409);
  },

  cancelRedrive: async (world) => {
    await dieOnce(world);
    const none = await world.call('POST', `${letters}/redrive/cancel`, {});
    await world.call('POST', `${letters}/redrive`, { max_per_second: 1 });

    const cancelled = await world.call('POST', `${letters}/redrive/cancel`, {});

    expect(none.status).toBe(409);
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', moved: 0 } });
    await redrive(world);
  },

  listRedrives: async (world) => {
    await dieOnce(world);

    const { redrives } = await redrive(world);

    expect(redrives).toMatchObject(containing({ status: 'completed', moved: 1, to_move: 1 }));
  },
};

const unroutedScenarios: Readonly<Record<string, Scenario>> = {
  peekUnrouted: async (world) => {
    const Detail = JSON.stringify({ id: `evt_odd_${world.companyId}`, secret: 'not shown' });
    await putOnBus(world, { Source: 'ats', DetailType: 'odd.happened', Detail });

    const { body } = await world.call('POST', `${operations}/unrouted/peek`, {});

    const event_id = `evt_odd_${world.companyId}`;
    const shown = { event_id, type: 'odd.happened', source: 'ats', has_rule: false };
    expect(body).toMatchObject({ events: containing(shown) });
    expect(JSON.stringify(body)).not.toContain('not shown');
  },

  putUnroutedAgain: async (world) => {
    const { id } = await world.subscribe();
    const eventId = `evt_again_${world.companyId}`;
    const Detail = JSON.stringify({ id: `evt_odd_${world.companyId}` });
    await putOnBus(world, { Source: 'ats', DetailType: 'odd.happened', Detail });
    // As if it had come before its type was in the catalogue.
    await sendTo(world, '-unrouted', busEvent(world, eventId));

    const { body } = await world.call('POST', `${operations}/unrouted/put-again`, {});

    expect(body).toMatchObject({ put: 1, refused: 0, more: false });
    await delivered(world, eventId, id);
    const left = await world.call('POST', `${operations}/unrouted/peek`, { limit: 100 });
    expect(JSON.stringify(left.body)).toContain(`evt_odd_${world.companyId}`);
    expect(JSON.stringify(left.body)).not.toContain(eventId);
  },
};

const stopScenarios: Readonly<Record<string, Scenario>> = {
  beginStop: async (world) => {
    const { id } = await world.subscribe();
    const vague = await world.call('POST', `${operations}/stops`, {});

    const begun = await stopCompany(world);

    expect(vague.status).toBe(400);
    expect(begun).toMatchObject({ status: 200, body: { company_id: world.companyId } });
    const eventId = await world.stack.publish('member.added', { company_id: world.companyId });
    const delivery = `${world.company}/deliveries/${deliveryIdOf(eventId, id)}`;
    await eventually(world, delivery, { status: 'held' });
  },

  endStop: async (world) => {
    const { id } = await world.subscribe();
    await stopCompany(world);

    await endStop(world);

    const eventId = await world.stack.publish('member.added', { company_id: world.companyId });
    await delivered(world, eventId, id);
  },

  listStops: async (world) => {
    await stopCompany(world);

    const { body } = await world.call('GET', `${operations}/stops`);
    await endStop(world);
    const after = await world.call('GET', `${operations}/stops`);

    expect(body).toMatchObject({ stops: containing({ company_id: world.companyId }) });
    expect(JSON.stringify(after.body)).not.toContain(`"company_id":${world.companyId},`);
  },

  listStopChanges: async (world) => {
    await stopCompany(world);
    await endStop(world);

    const { body } = await world.call('GET', `${operations}/stops/audit?limit=2`);

    expect(body).toMatchObject({
      changes: [
        { action: 'ended', company_id: world.companyId },
        { action: 'stopped', company_id: world.companyId, caller: expect.stringMatching(/^arn:/) },
      ],
    });
  },
};

export const operationsScenarios: Readonly<Record<string, Scenario>> = {
  ...deadLetterScenarios,
  ...unroutedScenarios,
  ...stopScenarios,

  listFailingSubscriptions: async (world) => {
    const { id } = await world.subscribe();
    const table = world.stack.model.outputs.DeliveriesTable!;
    const tendAt = new Date(Date.now() + 3_600_000);
    const circuit = { state: 'open', tendAt } as const;
    // Its minutes of failures are others' to test.
    const failing = { ...newHealth(world.companyId, id), failures: 9, circuit };
    await putHealth(world.stack.dynamodb, table, failing);

    await eventually(world, `${operations}/failing-subscriptions?circuit=open`, {
      failing: containing({ subscription_id: id, company_id: world.companyId, failures: 9 }),
    });
    const closed = await world.call(
      'GET',
      `${operations}/failing-subscriptions?circuit=closed&limit=1`,
    );
    expect(JSON.stringify(closed.body)).not.toContain(id);
  },

  getVersion: async ({ call }) => {
    const { body } = await call('GET', `${operations}/version`);

    expect(body).toEqual({ version: packageJson.version });
  },
};
