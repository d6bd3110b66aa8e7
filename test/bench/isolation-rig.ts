// The whole stack with a hundred subscriptions, and windows of steady traffic through it, with and without faults.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
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
  /** Messages that wait there or are worked on. */
  readonly slowLane: { readonly atStart: number; readonly atEnd: number };
}

export interface IsolationRig {
  /** Deliveries a second, all healthy, with every batch full. */
  measureMaximum(seconds: number): Promise<number>;
  measure(rate: number, seconds: number, kind: Window['kind']): Promise<Window>;
  close(): Promise<void>;
}

const region = 'eu-west-3';
const accountId = '000000000000';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const neighbourCount = 98;
/** What a receiver that never answers has waiting: at two sockets a batch, it fills the slow lane for a minute and more. */
const backlog = 400;
/** Batches that the slow lane works on at once. */
const slowLaneBatches = 10;
/** Seconds until a callback that is not answered is over, and has marked its subscription. */
const markSeconds = 11;
/** Seconds in which what was begun before a window comes to rest. */
const settleSeconds = 3;

export const createIsolationRig = async (): Promise<IsolationRig> => {
  const stack = await startBenchStack();
  const { ask, receiverUrl, end } = await startTraffic(stack);
  const subscriptions = createSubscriptions(stack, receiverUrl);
  const neighbours = await subscriptions.add(neighbourCount);
  const isNeighbour = new Set(neighbours);
  const sqs = new SQSClient({ endpoint: stack.endpointUrl, region, credentials });
  const slowLane = () => countMessages(sqs, stack.model.outputs.SlowDeliveryQueueUrl!);
  const countSlowLane = async (): Promise<number> => {
    const { visible, inFlight } = await slowLane();
    return visible + inFlight;
  };

  /** One part for each of the ninety-eight and the silent one, half of everything for the one that refuses. */
  const runWith = (run: Pick<Run, 'seconds' | 'rate'>, two: readonly number[], faulty: boolean) =>
    ask<RunResult>({
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

  /** One batch a second until all are taken: begun at once, they would all end at once, every ten seconds. */
  const fillSlowLane = async (filler: number): Promise<void> => {
    const putTen = () => ask({ kind: 'put', companies: Array(10).fill(filler) });
    await ask({ kind: 'manner', companies: [filler], manner: 'silent' });
    await putTen();
    await sleep(markSeconds * 1000);
    for (let n = 0; n < slowLaneBatches; n += 1) {
      await putTen();
      await sleep(1000);
    }
    for (let n = 0; n < backlog; n += 10) {
      await putTen();
      await sleep(50);
    }
    while ((await countSlowLane()) < backlog) await sleep(100);
    await sleep(settleSeconds * 1000);
  };

  return {
    measureMaximum: async (seconds) => {
      const two = await subscriptions.add(2);
      await runWith({ seconds }, two, false);
      const { samples, seconds: taken } = await runWith({ seconds }, two, false);
      return samples.length / taken;
    },
    measure: async (rate, seconds, kind) => {
      await sleep(settleSeconds * 1000);
      const two = await subscriptions.add(2);
      const fillers = kind === 'faulty' ? await subscriptions.add(1) : [];
      for (const filler of fillers) await fillSlowLane(filler);
      const atStart = await countSlowLane();
      const { samples } = await runWith({ seconds, rate }, two, kind === 'faulty');
      const atEnd = await countSlowLane();
      const sick = [...two, ...fillers];
      await ask({ kind: 'manner', companies: sick, manner: 'healthy' });
      await subscriptions.remove(sick);
      // Callbacks that nobody answers end, and what waits behind them is cancelled.
      if (kind === 'faulty') await sleep(markSeconds * 1000);
      // Those that a call had no time for stay in flight for three minutes, and are cancelled then.
      while ((await slowLane()).visible > 0) await sleep(100);
      return {
        kind,
        seconds,
        events: samples.length,
        neighbours: samples.filter(({ company }) => isNeighbour.has(company)),
        slowLane: { atStart, atEnd },
      };
    },
    close: async () => {
      await end();
      await stack.close();
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
    port: 0,
    adminPort: 0,
    environment: {
      CALLBACK_ALLOW_LIST: loopbackAllowList,
      // The first retry as deployed; later ones beyond this run, or one window's would fall into the next.
      RETRY_DELAYS_MS: '5000,7200000,18000000',
    },
  });

const startTraffic = async (stack: RunningStack) => {
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
  const ask = <Value>(call: TrafficCall): Promise<Value> =>
    new Promise((resolve) => {
      calls += 1;
      waiting.set(calls, resolve as (value: unknown) => void);
      worker.postMessage({ id: calls, call });
    });
  return { ask, receiverUrl, end: () => worker.terminate() };
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

const countMessages = async (
  sqs: SQSClient,
  queueUrl: string,
): Promise<{ visible: number; inFlight: number }> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
};
