// Strangers at both ends: another program publishes, a receiver in another language verifies.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { region } from './support/assembly.ts';
import { credentials, startTestStack, type TestStack } from './support/local-stack.ts';

/** Not the synchronous one: the stack lives in this process, and must answer meanwhile. */
const run = promisify(execFile);

const works = (command: string, ...parts: string[]): boolean =>
  spawnSync(command, parts, { timeout: 20_000 }).status === 0;

const hasPython = works('python3', '--version');
const hasCurl = works('curl', '--aws-sigv4', 'aws:amz', '--version');
const hasAwsCli = works('aws', '--version');

/** Where a machine lacks one of these programs, its test is left out; the rest of the suite covers the wires. */
describe.runIf(hasPython)('a receiver in Python', () => {
  let stack: TestStack;
  let python: ChildProcess;
  let lines: AsyncIterator<string>;

  const readLine = async (): Promise<string> => (await lines.next()).value;

  beforeAll(async () => {
    stack = await startTestStack();
    python = spawn('python3', [join(import.meta.dirname, '../fixtures/receiver.py')]);
    lines = createInterface({ input: python.stdout! })[Symbol.asyncIterator]();
    const { secret } = await stack.subscribe(`http://127.0.0.1:${await readLine()}/callbacks`);
    python.stdin!.write(`${secret}\n`);
  });

  afterAll(async () => {
    python?.kill();
    await stack?.close();
  });

  const entriesFor = (id: string): string =>
    JSON.stringify([
      {
        EventBusName: stack.model.outputs.EventBusName,
        Source: 'ats',
        DetailType: 'candidate.archived',
        Detail: JSON.stringify({ ...sampleDetail('candidate.archived'), id }),
      },
    ]);

  it('verifies a callback with nothing but the specification', async () => {
    const id = await stack.publish('candidate.archived');

    expect(await readLine()).toBe(`verified ${id}`);
  });

  it.runIf(hasCurl)('verifies what curl published', async () => {
    await run('curl', [
      ...['--silent', '--fail-with-body', '--aws-sigv4', `aws:amz:${region}:events`],
      ...['--user', `${credentials.accessKeyId}:${credentials.secretAccessKey}`],
      ...[
        '-H',
        'content-type: application/x-amz-json-1.1',
        '-H',
        'x-amz-target: AWSEvents.PutEvents',
      ],
      ...['-d', `{"Entries":${entriesFor('evt_curl')}}`, stack.endpointUrl],
    ]);

    expect(await readLine()).toBe('verified evt_curl');
  });

  it.runIf(hasAwsCli)('verifies what the aws command line published', async () => {
    await run(
      'aws',
      [
        'events',
        'put-events',
        '--endpoint-url',
        stack.endpointUrl,
        '--entries',
        entriesFor('evt_aws'),
      ],
      {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          AWS_ACCESS_KEY_ID: credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
          AWS_DEFAULT_REGION: region,
        },
      },
    );

    expect(await readLine()).toBe('verified evt_aws');
  });
});
