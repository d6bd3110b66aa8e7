// `npm run bench:local`: how fast the whole local chain is, from PutEvents to a callback's first byte; by an event that
// leads to no second one.
import { parseArgs } from 'node:util';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { createAdminClient } from '../../infra/admin-client.ts';
import { startReceiver } from '../../infra/local/demo/receiver.ts';
import { loopbackAllowList } from '../../infra/local/loopback.ts';
import { startStack } from '../../infra/local/start-stack.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';

const { values } = parseArgs({
  options: {
    /** Events put one at a time, each after the callback of the one before. */
    idle: { type: 'string', default: '200' },
    /** Events put as fast as they are taken. */
    load: { type: 'string', default: '4000' },
  },
});

const region = 'eu-west-3';
const accountId = '000000000000';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const companyId = 318;
/** Requests under way at once while loading: each of ten entries. */
const publishers = 4;

const startedAt = performance.now();
const assemblyFolder = await synthesize('.build/bench-assembly', { region, accountId });
const stack = await startStack({
  assemblyFolder,
  region,
  accountId,
  port: 0,
  adminPort: 0,
  environment: { CALLBACK_ALLOW_LIST: loopbackAllowList },
});
const readyMs = performance.now() - startedAt;

const arrivals = new Map<string, PromiseWithResolvers<number>>();
const arrivalOf = (id: string) => {
  const found = arrivals.get(id) ?? Promise.withResolvers<number>();
  arrivals.set(id, found);
  return found;
};
const receiver = await startReceiver(0, ({ eventId, verified }) => {
  if (!verified) throw new Error(`a callback of ${eventId} was not verified`);
  arrivalOf(eventId).resolve(performance.now());
});
const callAdmin = createAdminClient(stack.adminUrl, region, credentials);
const { body } = await callAdmin('POST', `/v1/companies/${companyId}/subscriptions`, {
  url: `${receiver.url}/bench`,
  event_types: ['candidate.created'],
});
receiver.expect('/bench', (body as { secret: string }).secret);
const eventBridge = new EventBridgeClient({ endpoint: stack.endpointUrl, region, credentials });

const put = async (ids: readonly string[]): Promise<number> => {
  const at = performance.now();
  const { FailedEntryCount } = await eventBridge.send(
    new PutEventsCommand({
      Entries: ids.map((id) => ({
        EventBusName: stack.model.outputs.EventBusName,
        Source: 'ats',
        DetailType: 'candidate.created',
        Detail: JSON.stringify({ ...sampleDetail('candidate.created'), id }),
      })),
    }),
  );
  if (FailedEntryCount) throw new Error('the bus refused events');
  return at;
};

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

let run = 0;

const measureIdle = async (count: number): Promise<number[]> => {
  run += 1;
  const latencies: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const id = `run${run}_${n}`;
    const at = await put([id]);
    latencies.push((await arrivalOf(id).promise) - at);
  }
  return latencies.sort((a, b) => a - b);
};

const measureLoad = async (
  count: number,
): Promise<{ eventsPerSecond: number; sorted: number[] }> => {
  run += 1;
  const ids = Array.from({ length: count }, (_, n) => `run${run}_${n}`);
  const putAt = new Map<string, number>();
  const from = performance.now();
  let next = 0;
  const publish = async (): Promise<void> => {
    while (next < ids.length) {
      const ten = ids.slice(next, next + 10);
      next += 10;
      const at = await put(ten);
      for (const id of ten) putAt.set(id, at);
    }
  };
  await Promise.all(Array.from({ length: publishers }, publish));
  const times = await Promise.all(ids.map((id) => arrivalOf(id).promise));
  const seconds = (Math.max(...times) - from) / 1000;
  const sorted = ids.map((id, n) => times[n]! - putAt.get(id)!).sort((a, b) => a - b);
  return { eventsPerSecond: count / seconds, sorted };
};

await measureIdle(20);
const idle = await measureIdle(Number(values.idle));
await measureLoad(200);
const load = await measureLoad(Number(values.load));
const ms = (value: number): string => `${value.toFixed(0)} ms`;

console.log(`ready                      ${ms(readyMs)} (synthesis included)`);
console.log(
  `idle, PutEvents → callback p50 ${ms(quantile(idle, 0.5))}  p95 ${ms(quantile(idle, 0.95))}  p99 ${ms(quantile(idle, 0.99))}  (${idle.length} events)`,
);
console.log(
  `load                       ${load.eventsPerSecond.toFixed(0)} events/s  (${load.sorted.length} events, all verified)`,
);
await receiver.close();
await stack.close();
