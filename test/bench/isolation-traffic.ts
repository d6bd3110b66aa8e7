// The world around the stack, in a thread of its own: a publisher that keeps its pace, and receivers of every kind.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { sampleDetail } from '../../shared/event-types/samples.ts';

export interface TrafficOptions {
  readonly endpointUrl: string;
  readonly busName: string;
  readonly region: string;
}

/** healthy: 200 at once. slow: 200 after nine seconds. silent: takes the callback and never answers. refusing: 500 at once. */
export type Manner = 'healthy' | 'slow' | 'silent' | 'refusing';

export interface Run {
  readonly kind: 'run';
  readonly seconds: number;
  /** Events a second. Undefined: as fast as they are delivered. */
  readonly rate?: number;
  /** A company's share of the events, in parts of the sum. */
  readonly shares: readonly (readonly [company: number, share: number])[];
  /** Companies whose last callbacks are waited for. */
  readonly awaited: readonly number[];
  readonly changes: readonly {
    readonly atSeconds: number;
    readonly company: number;
    readonly manner: Manner;
  }[];
}

/** What the main thread asks for; each is answered by a message with the same id. */
export type TrafficCall =
  | Run
  | { readonly kind: 'manner'; readonly companies: readonly number[]; readonly manner: Manner }
  /** One event for each. */
  | { readonly kind: 'put'; readonly companies: readonly number[] };

export interface Sample {
  readonly company: number;
  /** Milliseconds from when it was to be put to the callback's arrival; undefined where none came. */
  readonly ms?: number;
}

export interface RunResult {
  /** In order of publishing. */
  readonly samples: readonly Sample[];
  /** Until the last callback. */
  readonly seconds: number;
}

const { endpointUrl, busName, region } = workerData as TrafficOptions;
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const eventBridge = new EventBridgeClient({ endpoint: endpointUrl, region, credentials });
const manners = new Map<number, Manner>();
/** First arrivals, by event id. */
const arrivals = new Map<string, number>();

/** Within the ten seconds that a callback has. */
const slowAnswerMs = 9_000;

const server = createServer((request, response) => {
  const id = String(request.headers['webhook-id']);
  if (!arrivals.has(id)) arrivals.set(id, performance.now());
  const company = Number(request.url?.slice(1));
  const manner = manners.get(company) ?? 'healthy';
  request.resume();
  request.on('end', () => answerAs(manner, company, response));
});

/** Callbacks that nobody answers, until their company is healthy again. */
const unanswered = new Map<number, ServerResponse[]>();

const answerAs = (manner: Manner, company: number, response: ServerResponse): void => {
  if (manner === 'silent') unanswered.set(company, [...(unanswered.get(company) ?? []), response]);
  else if (manner === 'slow') setTimeout(() => response.end(), slowAnswerMs);
  else response.writeHead(manner === 'healthy' ? 200 : 500).end();
};

const setManner = (company: number, manner: Manner): void => {
  manners.set(company, manner);
  for (const response of unanswered.get(company) ?? []) response.end();
  unanswered.delete(company);
};

const template = sampleDetail('task.created');
let events = 0;

const put = async (companies: readonly number[]): Promise<string[]> => {
  const ids = companies.map(() => {
    events += 1;
    return `bench_${events}`;
  });
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({
      Entries: companies.map((company_id, index) => ({
        EventBusName: busName,
        Source: 'ats',
        DetailType: 'task.created',
        Detail: JSON.stringify({ ...template, company_id, id: ids[index] }),
      })),
    }),
  );
  if (FailedEntryCount) throw new Error('the bus refused events');
  return ids;
};

/** Companies in an order that keeps every share over any stretch: no burst but by the pace. */
const drawer = (shares: readonly (readonly [number, number])[]) => {
  const sum = shares.reduce((total, [, share]) => total + share, 0);
  const credit = shares.map(() => Math.random());
  return (): number => {
    for (const [index, [, share]] of shares.entries()) credit[index]! += share / sum;
    const next = credit.indexOf(Math.max(...credit));
    credit[next]! -= 1;
    return shares[next]![0];
  };
};

/** Milliseconds that a callback may take after the last event was put. */
const patienceMs = 30_000;
/** Requests under way at once where deliveries set the pace. */
const publishers = 4;
/** Events that may be on their way then: enough to fill every batch, and no backlog. */
const outstandingMax = 400;

interface Put {
  readonly id: string;
  readonly company: number;
  readonly dueAt: number;
}

const run = async (call: Run): Promise<RunResult> => {
  const from = performance.now();
  const puts: Put[] = [];
  const timers = call.changes.map(({ atSeconds, company, manner }) =>
    setTimeout(() => setManner(company, manner), atSeconds * 1000),
  );
  await publish(call, from, puts);
  for (const timer of timers) clearTimeout(timer);
  const awaited = new Set(call.awaited);
  const missing = () => puts.some(({ id, company }) => awaited.has(company) && !arrivals.has(id));
  const deadline = performance.now() + patienceMs;
  while (missing() && performance.now() < deadline) await sleep(20);
  const last = Math.max(...puts.map(({ id }) => arrivals.get(id) ?? 0));
  return { seconds: (last - from) / 1000, samples: puts.map(sampleOf) };
};

const sampleOf = ({ id, company, dueAt }: Put): Sample => {
  const arrivedAt = arrivals.get(id);
  return { company, ...(arrivedAt !== undefined && { ms: arrivedAt - dueAt }) };
};

const publish = async ({ seconds, rate, shares }: Run, from: number, puts: Put[]) => {
  const draw = drawer(shares);
  const send = async (dueTimes: readonly number[]): Promise<void> => {
    const companies = dueTimes.map(draw);
    const ids = await put(companies);
    for (const [n, id] of ids.entries()) {
      puts.push({ id, company: companies[n]!, dueAt: dueTimes[n]! });
    }
  };
  if (rate !== undefined) return keepPace(from, seconds, rate, send);
  const arrivedBefore = arrivals.size;
  const outstanding = () => puts.length - (arrivals.size - arrivedBefore);
  const keepFull = async (): Promise<void> => {
    while (performance.now() - from < seconds * 1000) {
      if (outstanding() > outstandingMax) await sleep(2);
      else await send(Array(10).fill(performance.now()));
    }
  };
  await Promise.all(Array.from({ length: publishers }, keepFull));
};

/** Every event has its time; one that is put late counts from that time, or a stall would hide itself. */
const keepPace = async (
  from: number,
  seconds: number,
  rate: number,
  send: (dueTimes: readonly number[]) => Promise<void>,
): Promise<void> => {
  const count = Math.round(seconds * rate);
  const underWay: Promise<void>[] = [];
  for (let next = 0; next < count; ) {
    const dueNow = Math.min(count, Math.floor(((performance.now() - from) / 1000) * rate) + 1);
    while (next < dueNow) {
      const some = Math.min(10, dueNow - next);
      underWay.push(
        send(Array.from({ length: some }, (_, n) => from + ((next + n) / rate) * 1000)),
      );
      next += some;
    }
    await sleep(Math.max(1, from + (next / rate) * 1000 - performance.now()));
  }
  await Promise.all(underWay);
};

const answer = async (call: TrafficCall): Promise<unknown> => {
  switch (call.kind) {
    case 'manner':
      for (const company of call.companies) setManner(company, call.manner);
      return undefined;
    case 'put':
      return put(call.companies);
    case 'run':
      return run(call);
  }
};

await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
parentPort!.postMessage({ id: 0, value: `http://127.0.0.1:${port}` });
parentPort!.on('message', async ({ id, call }: { id: number; call: TrafficCall }) => {
  parentPort!.postMessage({ id, value: await answer(call) });
});
