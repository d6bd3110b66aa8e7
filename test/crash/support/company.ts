// A company for one run: copied from one that the admin API made, since hundreds of runs each need their own.
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type CandidateId, candidateIdsOf } from '../../../shared/candidate-ids.ts';
import { askedAgain } from '../../../shared/erasure.ts';
import { putErasure } from '../../../shared/erasures-table.ts';
import type { AtsEvent } from '../../../shared/event.ts';
import { derivedId } from '../../../shared/event-types/derive-events.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import type { EventTypeName } from '../../../shared/event-types.ts';
import { newHealth } from '../../../shared/health.ts';
import { putHealth } from '../../../shared/health-table.ts';
import { type JobKind, newJob } from '../../../shared/job.ts';
import { putJob } from '../../../shared/jobs-table.ts';
import { toItem } from '../../../shared/row.ts';
import { putStop } from '../../../shared/stops-table.ts';
import { subscriptionKey } from '../../../shared/subscriptions-table.ts';
import type { TestStack } from '../../local/support/local-stack.ts';
import type { DeliveryName } from './ledger.ts';
import { passTime } from './pass-time.ts';
import { type PlacedRow, readAll, writeAll } from './placed-rows.ts';
import type { PlannedEvent, Scenario } from './scenario.ts';

export interface Company {
  readonly id: number;
  /** Another company with the same subscriptions, where the scenario has one. */
  readonly neighbour: Company | undefined;
  /** By label. */
  readonly subscriptions: Readonly<Record<string, { id: string; secret: string }>>;
  nameOf(eventId: string, label: string): DeliveryName;
  /** The queues that its messages may be in, upstream first. */
  readonly queueUrls: readonly string[];
  publish(...events: readonly PlannedEvent[]): Promise<void>;
  /** Puts a message into a delivery queue by hand. */
  send(queue: 'fast' | 'slow', body: string): Promise<void>;
  /** Writes a delivery's row as it is: whoever decided on what it was has to read it again. */
  touch(eventId: string, label: string): Promise<void>;
  /** Where nothing is under way. */
  passDays(days: number): Promise<void>;
  /** Changes a subscription, as the admin API would. */
  change(
    label: string,
    change: { status?: 'enabled'; eventTypes?: readonly string[] },
  ): Promise<void>;
  /** Release, recover or replay, of all there is. */
  startJob(label: string, kind: JobKind): Promise<void>;
  /** Asks for the erasure of the candidate whom a sample is about. */
  erase({ type }: PlannedEvent): Promise<void>;
  /** An emergency stop. */
  stop(): Promise<void>;
  /** Asks for the deletion of all that there is of the company. */
  delete(): Promise<void>;
  /** Every row of the company that time passes for. */
  rows(): Promise<PlacedRow[]>;
  /** And its keys, and which events its candidates lead to. */
  allRows(): Promise<PlacedRow[]>;
}

/** The rows of the company that the admin API made for a scenario, by the scenario's name. */
export type Templates = Map<string, Template>;

interface Template {
  readonly id: number;
  readonly rows: readonly PlacedRow[];
  readonly subscriptions: Company['subscriptions'];
}

export const createTemplate = async (
  stack: TestStack,
  id: number,
  { subscriptions }: Scenario,
  urlOf: (label: string) => string,
): Promise<Template> => {
  const made: Record<string, { id: string; secret: string }> = {};
  for (const [label, { eventTypes = ['*'] }] of Object.entries(subscriptions)) {
    made[label] = await stack.subscribe(urlOf(label), [...eventTypes], id);
  }
  const { SubscriptionsTable, KeysTable } = stack.model.outputs;
  const rows = await readAll(stack, [
    [SubscriptionsTable!, `${id}`],
    ...Object.values(made).map((each): [string, string] => [KeysTable!, `${id}#${each.id}`]),
  ]);
  const changes = new Map(
    Object.entries(subscriptions).map(([label, { status, payload, maxPerSecond }]) => [
      made[label]!.id,
      toItem({ status, payload, max_per_second: maxPerSecond }),
    ]),
  );
  const planned = rows.map(({ table, item }) => ({
    table,
    item: { ...item, ...changes.get(item.id?.S ?? '') },
  }));
  return { id, rows: planned, subscriptions: made };
};

export const createCompany = async (
  stack: TestStack,
  id: number,
  { subscriptions: planned }: Scenario,
  template: Template,
  neighbour?: Company,
): Promise<Company> => {
  const { outputs, queues } = stack.model;
  const { subscriptions } = template;
  await writeAll(
    stack,
    template.rows.map((row) => moveTo(id, template.id, row)),
  );
  const eventIds = new Set<string>();
  const candidates = new Set<CandidateId>();
  const typeQueues = new Set<string>();
  for (const [label, { health }] of Object.entries(planned)) {
    if (health === undefined) continue;
    const row = { ...newHealth(id, subscriptions[label]!.id), ...health(new Date()) };
    await putHealth(stack.dynamodb, outputs.DeliveriesTable!, row);
  }
  const laneUrls = { fast: outputs.DeliveryQueueUrl!, slow: outputs.SlowDeliveryQueueUrl! };
  const company: Company = {
    id,
    neighbour,
    subscriptions,
    nameOf: (eventId, label) => `${id}#${eventId}/${subscriptions[label]!.id}`,
    get queueUrls() {
      return [
        ...new Set([...typeQueues, ...(neighbour?.queueUrls ?? []), laneUrls.fast, laneUrls.slow]),
      ];
    },
    publish: async (...events) => {
      for (const { type, id: eventId } of events) {
        eventIds.add(eventId);
        for (const candidate of candidatesIn(type)) candidates.add(candidate);
        const end = `-${type.replaceAll('.', '-')}`;
        typeQueues.add(queues.find(({ name }) => name.endsWith(end))!.url);
      }
      await stack.eventBridge.send(
        new PutEventsCommand({
          Entries: events.map(({ type, id: eventId, detail }) => ({
            EventBusName: outputs.EventBusName,
            Source: 'ats',
            DetailType: type,
            Detail: JSON.stringify({
              ...sampleDetail(type),
              id: eventId,
              company_id: id,
              ...detail,
            }),
          })),
        }),
      );
    },
    send: async (queue, body) => {
      await stack.sqs.send(
        new SendMessageCommand({ QueueUrl: laneUrls[queue], MessageBody: body }),
      );
    },
    touch: async (eventId, label) => {
      await stack.dynamodb.send(
        new UpdateItemCommand({
          TableName: outputs.DeliveriesTable,
          Key: { pk: { S: `${id}#${eventId}` }, sk: { S: subscriptions[label]!.id } },
          UpdateExpression: 'ADD revision :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
        }),
      );
    },
    change: async (label, { status, eventTypes }) => {
      await stack.dynamodb.send(
        new UpdateItemCommand({
          TableName: outputs.SubscriptionsTable,
          Key: toItem(subscriptionKey(id, subscriptions[label]!.id)),
          UpdateExpression: 'SET #status = :status, event_types = :types, created_at = :now',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: toItem({
            ':status': status ?? 'enabled',
            ':types': eventTypes ?? ['*'],
            ':now': new Date().toISOString(),
          }),
        }),
      );
    },
    startJob: async (label, kind) => {
      const now = new Date();
      const asked = {
        companyId: id,
        subscriptionId: subscriptions[label]!.id,
        kind,
        ...(kind !== 'release' && { since: new Date(now.getTime() - 29 * dayMs) }),
        createdBy: 'test',
        tail: '0'.repeat(16),
      };
      await putJob(stack.dynamodb, outputs.DeliveriesTable!, newJob(asked, undefined, now));
    },
    erase: async ({ type }) => {
      const [candidate] = candidatesIn(type);
      const asked = { companyId: id, requestedBy: 'test', candidate: candidate! };
      const erasure = askedAgain(undefined, asked, new Date());
      await putErasure(stack.dynamodb, outputs.DeliveriesTable!, erasure);
    },
    stop: async () => {
      await putStop(stack.dynamodb, outputs.SubscriptionsTable!, id, new Date(), 'test');
    },
    delete: async () => {
      const { status } = await stack.callAdmin('DELETE', `/v1/companies/${id}`);
      if (status !== 202) throw new Error(`the deletion was answered with ${status}`);
    },
    rows: async () => {
      const tables = [outputs.EventsTable!, outputs.DeliveriesTable!];
      // A move may be a hire too.
      const ids = [...eventIds].flatMap((eventId) => [eventId, derivedId(eventId, '_hired')]);
      const events = ids.flatMap((eventId) =>
        tables.map((table): [string, string] => [table, `${id}#${eventId}`]),
      );
      return readAll(stack, [
        [outputs.SubscriptionsTable!, `${id}`],
        [outputs.EventsTable!, `feed#${id}`],
        [outputs.DeliveriesTable!, `${id}#erasures`],
        // Health and jobs.
        ...Object.values(subscriptions).map((each): [string, string] => [
          outputs.DeliveriesTable!,
          `${id}#${each.id}`,
        ]),
        ...events,
      ]);
    },
    allRows: async () => [
      ...(await company.rows()),
      ...(await readAll(stack, [
        ...Object.values(subscriptions).map((each): [string, string] => [
          outputs.KeysTable!,
          `${id}#${each.id}`,
        ]),
        ...[...candidates].map((candidate): [string, string] => [
          outputs.EventsTable!,
          `${id}#candidate#${candidate}`,
        ]),
      ])),
    ],
    passDays: async (days) => passTime(stack, await company.rows(), days * dayMs),
  };
  return company;
};

const dayMs = 86_400_000;

const candidatesIn = (type: EventTypeName): CandidateId[] =>
  candidateIdsOf(sampleDetail(type) as Pick<AtsEvent, 'data' | 'ids'>);

const moveTo = (id: number, from: number, { table, item }: PlacedRow): PlacedRow => ({
  table,
  item: { ...item, pk: { S: item.pk!.S!.replace(`${from}`, `${id}`) } },
});
