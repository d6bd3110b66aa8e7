// The whole stack with a hundred subscriptions, and windows of steady traffic through it, with and without faults.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { GetQueueAttributesCommand, PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createAdminClient } from '../../infra/admin-client.ts';
import { loopbackAllowList } from '../../infra/local/loopback.ts';
import { type RunningStack, startStack } from '../../infra/local/start-stack.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import type { Run, RunResult, Sample, TrafficCall, TrafficOptions } from './isolation-traffic.ts';

export interface Window {
  readonly kind: 'healthy' | 'faulty';
  readonly seconds: number;
  /** Put in all, for all hundred subscriptions. */
  readonly events: number;
  /** What the ninety-eight got. */
  readonly neighbours: readonly Sample[];
  /** Messages that wait there. */
  readonly slowLane: { readonly atStart: number; readonly atEnd: number };
}

export interface IsolationRig {
  /** Deliveries a second, all healthy, with every batch full. */
  measureMaximum(seconds: number): Promise<number>;
  /** Before the first window: every batch of the slow lane waits for a receiver from then on. */
  occupySlowLane(): Promise<void>;
  measure(rate: number, seconds: number, kind: Window['kind']): Promise<Window>;
  close(): Promise<void>;
}

const region = 'eu-west-3';
const accountId = '000000000000';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const neighbourCount = 98;
/** Messages that wait in the slow lane before each window: more than it takes in one. */
const backlog = 400;
/** Batches that the slow lane works on at once. */
const slowLaneBatches = 10;
/** Seconds until a receiver of slow answers has given the three that mark it. */
const markSeconds = 12;
/** Seconds in which what was begun before a window comes to rest. */
const settleSeconds = 3;
/** Every window has its share of sweeps: six times that of a deployed stack. */
const sweepSeconds = 10;

export const createIsolationRig = async (): Promise<IsolationRig> => {
  const stack = await startBenchStack();
  const traffic = await startTraffic(stack);
  const subscriptions = createSubscriptions(stack, traffic.receiverUrl);
  const neighbours = await subscriptions.add(neighbourCount);
  const [filler] = await subscriptions.add(1);
  const slowLane = createSlowLane(stack, traffic.ask, filler!);
  const isNeighbour = new Set(neighbours);

  /** One part for each of the ninety-eight and the silent one, half of everything for the one that refuses. */
  const runWith = (run: Pick<Run, 'seconds' | 'rate'>, two: readonly number[], faulty: boolean) =>
    traffic.ask<RunResult>({
      kind: 'run',
      ...run,
      shares: [
        ...neighbours.map((company) => [company, 1] as const),
        [two[0]!, 1],
        [two[1]!, neighbourCount + 1],
      ],
      awaited: faulty ? neighbours : [...neighbours, ...two],
      changes: faulty
        ? [
            { atSeconds: run.seconds / 4, company: two[0]!, manner: 'silent' },
            { atSeconds: run.seconds / 4, company: two[1]!, manner: 'refusing' },
          ]
        : [],
    });

  return {
    measureMaximum: async (seconds) => {
      const two = await subscriptions.add(2);
      await runWith({ seconds }, two, false);
      const { samples, seconds: taken } = await runWith({ seconds }, two, false);
      return samples.length / taken;
    },
    occupySlowLane: slowLane.occupy,
    measure: async (rate, seconds, kind) => {
      const two = await subscriptions.add(2);
      await slowLane.fill();
      await sleep(settleSeconds * 1000);
      const atStart = await slowLane.count();
      const { samples } = await runWith({ seconds, rate }, two, kind === 'faulty');
      const atEnd = await slowLane.count();
      await traffic.ask({ kind: 'manner', companies: two, manner: 'healthy' });
      await subscriptions.remove(two);
      return {
        kind,
        seconds,
        events: samples.length,
        neighbours: samples.filter(({ company }) => isNeighbour.has(company)),
        slowLane: { atStart, atEnd },
      };
    },
    close: async () => {
      await traffic.end();
      await stack.close();
    },
  };
};

interface Traffic {
  readonly ask: Ask;
  readonly receiverUrl: string;
  end(): Promise<void>;
}

type Ask = <Value>(call: TrafficCall) => Promise<Value>;

/** Kept full by one company whose receiver takes nine seconds for each answer: it never fails, so no circuit spares it. */
const createSlowLane = (stack: RunningStack, ask: Ask, filler: number) => {
  const sqs = new SQSClient({ endpoint: stack.endpointUrl, region, credentials });
  const QueueUrl = stack.model.outputs.SlowDeliveryQueueUrl!;
  const putTen = () => ask({ kind: 'put', companies: Array(10).fill(filler) });
  const count = async (): Promise<number> => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  };
  return {
    /** Messages that wait there. */
    count,
    /** One batch a second until all are taken: begun at once, they would all end at once. */
    occupy: async (): Promise<void> => {
      await ask({ kind: 'manner', companies: [filler], manner: 'slow' });
      await putTen();
      await sleep(markSeconds * 1000);
      for (let n = 0; n < slowLaneBatches; n += 1) {
        await putTen();
        await sleep(1000);
      }
    },
    /** In place of what earlier windows left. */
    fill: async (): Promise<void> => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      while ((await count()) < backlog) {
        await putTen();
        await sleep(100);
      }
    },
  };
};

const startBenchStack = async (): Promise<RunningStack> =>
  startStack({
    assemblyFolder: await synthesize('.build/bench-assembly', { region, accountId }),
    region,
    accountId,
    // As on AWS, where they live for minutes: a worker that starts takes a core from the others here.
    idleMs: 3_600_000,
    sweepSeconds,
    port: 0,
    adminPort: 0,
    environment: {
      CALLBACK_ALLOW_LIST: loopbackAllowList,
      // The first retry as deployed; later ones beyond this run, or one window's would fall into the next.
      RETRY_DELAYS_MS: '5000,7200000,18000000',
    },
  });

const startTraffic = async (stack: RunningStack): Promise<Traffic> => {
  const options: TrafficOptions = {
    endpointUrl: stack.endpointUrl,
    busName: stack.model.outputs.EventBusName!,
    region,
  };
  const worker = new Worker(new URL('./isolation-traffic.ts', import.meta.url), {
    workerData: options,
  });
  const [{ value: receiverUrl }] = (await once(worker, 'message')) as [{ value: string }];
  const waiting = new Map<number, (value: unknown) => void>();
  worker.on('message', ({ id, value }: { id: number; value: unknown }) => waiting.get(id)?.(value));
  let calls = 0;
  const ask: Ask = <Value>(call: TrafficCall): Promise<Value> =>
    new Promise((resolve) => {
      calls += 1;
      waiting.set(calls, resolve as (value: unknown) => void);
      worker.postMessage({ id: calls, call });
    });
  return { ask, receiverUrl, end: async () => void (await worker.terminate()) };
};

/** Companies with one subscription each. */
const createSubscriptions = (stack: RunningStack, receiverUrl: string) => {
  const callAdmin = createAdminClient(stack.adminUrl, region, credentials);
  const paths = new Map<number, string>();
  return {
    add: async (count: number): Promise<number[]> => {
      const added: number[] = [];
      for (let n = 0; n < count; n += 1) {
        const company = paths.size + 1;
        const path = `/v1/companies/${company}/subscriptions`;
        const url = `${receiverUrl}/${company}`;
        const { status, body } = await callAdmin('POST', path, { url, event_types: ['*'] });
        if (status !== 201) throw new Error(`a subscription was not made: ${status}`);
        paths.set(company, `${path}/${(body as { id: string }).id}`);
        added.push(company);
      }
      return added;
    },
    remove: async (companies: readonly number[]): Promise<void> => {
      for (const company of companies) await callAdmin('DELETE', paths.get(company)!);
    },
  };
};
