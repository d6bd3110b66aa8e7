// A company for one run: copied from one that the admin API made, since hundreds of runs each need their own.
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { newHealth } from '../../../shared/health.ts';
import { putHealth } from '../../../shared/health-table.ts';
import { putStop } from '../../../shared/stops-table.ts';
import type { TestStack } from '../../local/support/local-stack.ts';
import type { DeliveryName } from './ledger.ts';
import type { PlannedEvent, Scenario } from './scenario.ts';

export type Item = Record<string, AttributeValue>;

export interface PlacedRow {
  readonly table: string;
  readonly item: Item;
}

export interface Company {
  readonly id: number;
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
  /** An emergency stop. */
  stop(): Promise<void>;
  /** Every row of the company. */
  rows(): Promise<PlacedRow[]>;
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
  const statusOf = new Map(
    Object.entries(subscriptions).map(([label, { status }]) => [made[label]!.id, status]),
  );
  const withStatus = rows.map(({ table, item }) => {
    const status = statusOf.get(item.id?.S ?? '');
    return { table, item: status ? { ...item, status: { S: status } } : item };
  });
  return { id, rows: withStatus, subscriptions: made };
};

export const createCompany = async (
  stack: TestStack,
  id: number,
  { subscriptions: planned }: Scenario,
  template: Template,
): Promise<Company> => {
  const { outputs, queues } = stack.model;
  const { subscriptions } = template;
  await writeAll(
    stack,
    template.rows.map((row) => moveTo(id, template.id, row)),
  );
  const eventIds = new Set<string>();
  const typeQueues = new Set<string>();
  for (const [label, { health }] of Object.entries(planned)) {
    if (health === undefined) continue;
    const row = { ...newHealth(id, subscriptions[label]!.id), ...health(new Date()) };
    await putHealth(stack.dynamodb, outputs.DeliveriesTable!, row);
  }
  const laneUrls = { fast: outputs.DeliveryQueueUrl!, slow: outputs.SlowDeliveryQueueUrl! };
  return {
    id,
    subscriptions,
    nameOf: (eventId, label) => `${id}#${eventId}/${subscriptions[label]!.id}`,
    get queueUrls() {
      return [...typeQueues, laneUrls.fast, laneUrls.slow];
    },
    publish: async (...events) => {
      for (const { type, id: eventId } of events) {
        eventIds.add(eventId);
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
    stop: () => putStop(stack.dynamodb, outputs.SubscriptionsTable!, id, new Date()),
    rows: async () => {
      const tables = [outputs.EventsTable!, outputs.DeliveriesTable!];
      const events = [...eventIds].flatMap((eventId) =>
        tables.map((table): [string, string] => [table, `${id}#${eventId}`]),
      );
      const own: [string, string] = [outputs.SubscriptionsTable!, `${id}`];
      const [rows, healths] = await Promise.all([
        readAll(stack, [own, ...events]),
        readHealths(stack, id, Object.values(subscriptions)),
      ]);
      return [...rows, ...healths];
    },
  };
};

/** Strongly consistent. */
const readAll = async (
  { dynamodb }: TestStack,
  partitions: readonly [string, string][],
): Promise<PlacedRow[]> => {
  const pages = await Promise.all(
    partitions.map(async ([table, pk]) => {
      const { Items } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: pk } },
        }),
      );
      return (Items ?? []).map((item) => ({ table, item }));
    }),
  );
  return pages.flat();
};

const readHealths = async (
  { dynamodb, model: { outputs } }: TestStack,
  company: number,
  subscriptions: readonly { id: string }[],
): Promise<PlacedRow[]> => {
  const table = outputs.DeliveriesTable!;
  const Keys = subscriptions.map(({ id }) => ({
    pk: { S: `${company}#${id}` },
    sk: { S: 'health' },
  }));
  const { Responses } = await dynamodb.send(
    new BatchGetItemCommand({ RequestItems: { [table]: { ConsistentRead: true, Keys } } }),
  );
  return (Responses?.[table] ?? []).map((item) => ({ table, item }));
};

const writesAtOnce = 25;

export const writeAll = async (
  { dynamodb }: TestStack,
  rows: readonly PlacedRow[],
): Promise<void> => {
  for (let from = 0; from < rows.length; from += writesAtOnce) {
    const RequestItems: Record<string, WriteRequest[]> = {};
    for (const { table, item } of rows.slice(from, from + writesAtOnce)) {
      RequestItems[table] = [...(RequestItems[table] ?? []), { PutRequest: { Item: item } }];
    }
    await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
  }
};

const moveTo = (id: number, from: number, { table, item }: PlacedRow): PlacedRow => ({
  table,
  item: { ...item, pk: { S: item.pk!.S!.replace(`${from}`, `${id}`) } },
});
