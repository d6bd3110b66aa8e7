// `npm start`: synthesizes the stack, runs it on this machine, and shows it at work.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createAdminClient } from './admin-client.ts';
import { describeObservation } from './console.ts';
import { createDemo } from './demo/demo.ts';
import { type Receiver, startReceiver } from './demo/receiver.ts';
import { loopbackAllowList } from './loopback.ts';
import { type LocalOptions, readOptions, UsageError } from './options.ts';
import { localSecretAccessKey, rootAccessKeyId } from './stack-model.ts';
import { type RunningStack, startStack } from './start-stack.ts';
import { synthesize } from './synthesize.ts';
import { tour } from './tour.ts';

const region = 'eu-west-3';
const accountId = '000000000000';
const workFolder = join(import.meta.dirname, '..', '..', '.local');
const credentials = { accessKeyId: rootAccessKeyId, secretAccessKey: localSecretAccessKey };

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  const startedAt = Date.now();
  await mkdir(workFolder, { recursive: true });
  const assemblyFolder = await synthesize(join(workFolder, 'cdk.out'), { region, accountId });
  const stack = await startStack({
    assemblyFolder,
    region,
    accountId,
    port: options.port,
    adminPort: options.adminPort,
    outputsFile: join(workFolder, 'outputs.json'),
    environment: environmentOf(options),
    ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
    ...(options.sweepSeconds !== undefined && { sweepSeconds: options.sweepSeconds }),
  });
  printStart(stack, Date.now() - startedAt);
  const demo = options.demo ? await runDemo(stack) : undefined;
  if (!options.once) await stayUp(stack);
  await stack.close();
  await demo?.receiver.close();
  return demo?.exitCode ?? 0;
};

/** What differs on one machine; in the template the allow-list is empty. */
const environmentOf = ({ loopback, retrySchedule }: LocalOptions): Record<string, string> => ({
  ...(loopback && { CALLBACK_ALLOW_LIST: loopbackAllowList }),
  ...(retrySchedule && { RETRY_DELAYS_MS: retrySchedule.map((each) => each * 1000).join(',') }),
});

const printStart = ({ model, endpointUrl, adminUrl }: RunningStack, ms: number): void => {
  print(
    `Rappel runs on this machine, from the template that \`cdk deploy\` would send (${ms} ms).`,
  );
  print(`  AWS endpoint  ${endpointUrl}   credentials local / local, region ${region}`);
  print(`  Admin URL     ${adminUrl}`);
  const inert = [...Map.groupBy(model.inert, ({ type }) => type)].map(
    ([type, all]) => `${all.length} ${type}`,
  );
  print(`  Without local effect: ${inert.join(', ')}`);
  print('');
};

/** The receiver stays, for as long as the stack does: what is published later arrives there too. */
const runDemo = async (stack: RunningStack): Promise<{ exitCode: number; receiver: Receiver }> => {
  print('A company connects its software:');
  const receiver = await startReceiver(0, (received) => demo.onCallback(received));
  const demo = createDemo({
    callAdmin: createAdminClient(stack.adminUrl, region, credentials),
    eventBridge: new EventBridgeClient({ endpoint: stack.endpointUrl, region, credentials }),
    eventBusName: stack.model.outputs.EventBusName!,
    receiver,
    print,
  });
  const unwatch = stack.watch(demo.onObservation);
  const missing = await demo.run();
  unwatch();
  print('');
  if (missing.length > 0) print(`Missing: ${missing.join(', ')}`);
  print(`${demo.total - missing.length} of ${demo.total} event types delivered and verified`);
  return { exitCode: missing.length === 0 ? 0 : 1, receiver };
};

const stayUp = async (stack: RunningStack): Promise<void> => {
  print(tour(stack));
  const unwatch = stack.watch((observation) => {
    const line = describeObservation(observation);
    if (line !== undefined) print(line);
  });
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  unwatch();
  print('\nStopping.');
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
