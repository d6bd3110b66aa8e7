// The demo: a company subscribes, the ATS publishes its eleven sample events, a receiver verifies each callback.
import { randomBytes } from 'node:crypto';
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { routedEventTypes } from '../../../shared/event-types.ts';
import { putEventsEntriesMax } from '../../../shared/limits.ts';
import type { CallAdmin } from '../../admin-client.ts';
import { readLogLine } from '../console.ts';
import type { Observation } from '../stack-model.ts';
import type { Received, Receiver } from './receiver.ts';

/** The company of the samples: invented, as everybody in them is. */
const demoCompanyId = 318;

/** What the company connected: one subscription each. Together they take every event type, each once. */
const software = [
  { name: 'HR system', path: '/hr', types: (type: string) => /^(candidate|member)\./.test(type) },
  {
    name: 'Slack',
    path: '/slack',
    types: (type: string) => /^(comment|message|task)\./.test(type),
  },
  {
    name: 'Spreadsheet',
    path: '/spreadsheet',
    types: (type: string) => !/^(candidate|member|comment|message|task)\./.test(type),
  },
];

const demoMark = 'Made by the demo: ';

export interface DemoDeps {
  readonly callAdmin: CallAdmin;
  readonly eventBridge: EventBridgeClient;
  readonly eventBusName: string;
  readonly receiver: Receiver;
  print(line: string): void;
}

export interface Demo {
  /** Tells the demo of a callback that the receiver got. */
  onCallback(received: Received): void;
  /** Tells the demo what happened in the stack. */
  onObservation(observation: Observation): void;
  /** Resolves to the event types that were not delivered and verified: none, if all is well. */
  run(): Promise<string[]>;
  /** Makes `run` resolve now, with what is missing so far. */
  stop(): void;
  /** How many event types there are to deliver. */
  readonly total: number;
}

/** Milliseconds without any news after which the demo names what is missing: more than the first retry takes. */
const patienceMs = 10_000;

/** One event's way, as it becomes known. */
interface Way {
  readonly type: string;
  readonly putAt: number;
  queue?: string;
  received?: Received;
  status?: string;
}

export const createDemo = (deps: DemoDeps): Demo => {
  const ways = new Map<string, Way>();
  const idOfBusEvent = new Map<string, string>();
  const missing = new Set<string>(routedEventTypes);
  const finished = Promise.withResolvers<void>();
  let timer: NodeJS.Timeout | undefined;

  const waitForNews = (): void => {
    clearTimeout(timer);
    timer = setTimeout(finished.resolve, patienceMs);
  };

  const learn = (id: string | undefined, news: Partial<Way>): void => {
    const way = id === undefined ? undefined : ways.get(id);
    if (way === undefined || !missing.has(way.type)) return;
    waitForNews();
    Object.assign(way, news);
    if (way.received === undefined || way.status === undefined) return;
    deps.print(describeWay(way));
    if (way.received.verified && way.status === 'delivered') missing.delete(way.type);
    if (missing.size === 0) finished.resolve();
  };

  const onObservation = (observation: Observation): void => {
    if (observation.kind === 'event-put' && observation.id !== undefined) {
      idOfBusEvent.set(observation.eventId, observation.id);
    } else if (observation.kind === 'event-routed') {
      const queue = observation.targetArn.split(':').at(-1);
      learn(idOfBusEvent.get(observation.eventId), { ...(queue !== undefined && { queue }) });
    } else if (observation.kind === 'log') {
      const line = readLogLine(observation.line);
      if (line?.event === 'delivery.attempted') {
        learn(String(line.eventId), { status: String(line.status) });
      }
    }
  };

  const run = async (): Promise<string[]> => {
    try {
      await subscribe(deps);
      await publish(deps, ways);
      waitForNews();
      await finished.promise;
    } catch (fault) {
      deps.print(`The demo cannot go on: ${sentenceOf(fault)}`);
    } finally {
      clearTimeout(timer);
    }
    return [...missing];
  };

  return {
    onCallback: (received) => learn(received.eventId, { received }),
    onObservation,
    run,
    stop: finished.resolve,
    total: routedEventTypes.length,
  };
};

/** With what is behind it: `fetch` alone says only that it failed. */
const sentenceOf = (fault: unknown): string => {
  const { message, cause } = fault as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
};

const describeWay = ({ type, putAt, queue, received, status }: Way): string => {
  const name = software.find(({ path }) => path === received?.path)?.name ?? received?.path ?? '';
  const answer = received?.verified ? '200 verified' : '401 NOT VERIFIED';
  const ms = (received?.at ?? putAt) - putAt;
  return `  ${type.padEnd(18)} → ${(queue ?? 'no queue').padEnd(25)} → ${name.padEnd(11)} ${answer}, ${status}  ${String(ms).padStart(4)} ms`;
};

/** Replaces what an earlier run left: its secrets were shown then, and are not shown again. */
const subscribe = async ({ callAdmin, receiver, print }: DemoDeps): Promise<void> => {
  const collection = `/v1/companies/${demoCompanyId}/subscriptions`;
  const { body } = await callAdmin('GET', collection);
  for (const { id, description } of (
    body as { subscriptions: { id: string; description: string | null }[] }
  ).subscriptions) {
    if (description?.startsWith(demoMark)) await callAdmin('DELETE', `${collection}/${id}`);
  }
  for (const { name, path, types } of software) {
    const answer = await callAdmin('POST', collection, {
      url: `${receiver.url}${path}`,
      event_types: routedEventTypes.filter(types),
      description: `${demoMark}${name}`,
    });
    if (answer.status !== 201)
      throw new Error(
        `The admin URL refused the demo's subscription: ${JSON.stringify(answer.body)}`,
      );
    const { id, secret } = answer.body as { id: string; secret: string };
    receiver.expect(path, secret);
    print(`  ${name.padEnd(12)} ${id}  ${receiver.url}${path}`);
  }
  print('');
};

/** Fresh ids, so that a second run over kept data publishes new events. */
const publish = async (
  { eventBridge, eventBusName }: DemoDeps,
  ways: Map<string, Way>,
): Promise<void> => {
  const run = randomBytes(4).toString('hex');
  const entries = routedEventTypes.map((type) => {
    const detail = sampleDetail(type);
    const id = `${detail.id}_${run}`;
    return {
      id,
      entry: {
        EventBusName: eventBusName,
        Source: 'ats',
        DetailType: type,
        Detail: JSON.stringify({ ...detail, id }),
      },
    };
  });
  for (let start = 0; start < entries.length; start += putEventsEntriesMax) {
    const batch = entries.slice(start, start + putEventsEntriesMax);
    for (const { id, entry } of batch) ways.set(id, { type: entry.DetailType, putAt: Date.now() });
    const { Entries, FailedEntryCount } = await eventBridge.send(
      new PutEventsCommand({ Entries: batch.map(({ entry }) => entry) }),
    );
    if (FailedEntryCount)
      throw new Error(`The event bus refused sample events: ${JSON.stringify(Entries)}`);
  }
};
