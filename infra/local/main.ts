// `npm start`: synthesizes the stack, runs it on this machine, and shows it at work.
import { join } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { createAdminClient } from '../admin-client.ts';
import { describeProgress, describeTrouble } from './console.ts';
import { makeDataFolder } from './data-folder.ts';
import { createDemo } from './demo/demo.ts';
import { type Receiver, startReceiver } from './demo/receiver.ts';
import { environmentOf, type LocalOptions, readOptions, usage } from './options.ts';
import { reservePort } from './reserve-port.ts';
import { localSecretAccessKey, rootAccessKeyId } from './stack-model.ts';
import { StartError, UsageError } from './start-error.ts';
import { type RunningStack, startStack } from './start-stack.ts';
import { synthesize } from './synthesize.ts';
import { tour } from './tour.ts';

const region = 'eu-west-3';
const accountId = '000000000000';
const workFolder = join(import.meta.dirname, '..', '..', '.local');
const credentials = { accessKeyId: rootAccessKeyId, secretAccessKey: localSecretAccessKey };

/** What a shell gives for a program that Ctrl-C ended. */
const interruptedCode = 130;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

// Such as `npm start | head -1`: nobody reads on, and the stack ends as by Ctrl-C.
process.stdout.once('error', () => process.kill(process.pid, 'SIGINT')).on('error', () => {});

const printAny = (line: string | undefined): void => {
  if (line !== undefined) print(line);
};

const main = async (): Promise<number> => {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    print(usage);
    return 0;
  }
  const stack = await start(options);
  const stopped = nextSignal();
  const demo = options.demo ? await runDemo(stack, stopped) : undefined;
  if (!options.once && !demo?.isCut) await stayUp(stack, stopped);
  await stack.close();
  await demo?.receiver.close();
  if (demo?.isCut) return options.once ? interruptedCode : 0;
  return demo?.missing.length ? 1 : 0;
};

/** The ports are held from the first moment, and name the folder: two starts at once share nothing. */
const start = async (options: LocalOptions): Promise<RunningStack> => {
  const startedAt = Date.now();
  if (options.dataFolder !== undefined) await makeDataFolder(options.dataFolder);
  const port = await reservePort(options.port, '--port');
  const adminPort = await reservePort(options.adminPort, '--admin-port');
  const assemblyFolder = await synthesize(join(workFolder, `cdk.out-${port.port}`), {
    region,
    accountId,
  });
  await Promise.all([port.release(), adminPort.release()]);
  const stack = await startStack({
    assemblyFolder,
    region,
    accountId,
    port: port.port,
    adminPort: adminPort.port,
    outputsFile: join(workFolder, 'outputs.json'),
    environment: environmentOf(options),
    observe: (observation) => printAny(describeTrouble(observation)),
    ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
    ...(options.sweepSeconds !== undefined && { sweepSeconds: options.sweepSeconds }),
  });
  printStart(stack, Date.now() - startedAt);
  return stack;
};

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

/**
 * Resolves at the first Ctrl-C or request to end. The second is often the same one: npm passes it on to us after
 * the terminal has sent it to us as well. A third ends the process at once.
 */
const nextSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let count = 0;
    const take = (): void => {
      count += 1;
      if (count > 2) process.exit(interruptedCode);
      resolve();
    };
    process.on('SIGINT', take).on('SIGTERM', take);
  });

interface DemoRun {
  /** Event types that were not delivered and verified. */
  readonly missing: readonly string[];
  /** A signal came before its end. */
  readonly isCut: boolean;
  /** It stays for as long as the stack does: what is published later arrives there too. */
  readonly receiver: Receiver;
}

const runDemo = async (stack: RunningStack, stopped: Promise<void>): Promise<DemoRun> => {
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
  let isCut = false;
  void stopped.then(() => {
    isCut = true;
    demo.stop();
  });
  const missing = await demo.run();
  unwatch();
  print('');
  if (missing.length > 0) print(`Missing: ${missing.join(', ')}`);
  print(`${demo.total - missing.length} of ${demo.total} event types delivered and verified`);
  return { missing, isCut, receiver };
};

const stayUp = async (stack: RunningStack, stopped: Promise<void>): Promise<void> => {
  print(tour(stack));
  const unwatch = stack.watch((observation) => printAny(describeProgress(observation)));
  await stopped;
  unwatch();
  print('\nStopping.');
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(error.message);
  process.exit(error instanceof UsageError ? 2 : 1);
}
