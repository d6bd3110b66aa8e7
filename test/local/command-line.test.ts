// `npx rappel` against the whole stack: subscribe, listen, publish, tail, show, resend, recover.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRappel } from '../../infra/cli/run-rappel.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';

let stack: TestStack;
let folder: string;
let outputsFile: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rappel-command-line-'));
  outputsFile = join(folder, 'outputs.json');
  stack = await startTestStack({
    outputsFile,
    sweepSeconds: 1,
    environment: { RETRY_DELAYS_MS: '1' },
  });
});

afterAll(async () => {
  await stack?.close();
  rmSync(folder, { recursive: true });
});

/** A run of its own: its lines as they come, and how it ends. */
const begin = (...argv: string[]) => {
  const stop = new AbortController();
  const output = { text: '', errors: '' };
  let news = Promise.withResolvers<void>();
  let keys = 0;
  const ended = runRappel([...argv, '--outputs', outputsFile], {
    env: {},
    stopped: stop.signal,
    isTerminal: false,
    write: (text) => {
      output.text += text;
      news.resolve();
      news = Promise.withResolvers();
    },
    writeError: (text) => {
      output.errors += text;
    },
    now: () => new Date(),
    newKey: () => `${argv.join('-').replaceAll(/[^\w-]/g, '')}-${keys++}`.slice(-60),
  });
  const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(output.text);
      if (match !== null) return match;
      const code = await Promise.race([ended, news.promise]);
      if (code !== undefined) throw new Error(`ended with ${code}: ${output.errors}`);
    }
  };
  return { ended, until, output, stop: () => stop.abort() };
};

const run = async (...argv: string[]) => {
  const { ended, output } = begin(...argv);
  return { code: await ended, ...output };
};

/** The answer of a run that goes well, for machines. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are the API's, held to its document elsewhere
const runJson = async (...argv: string[]): Promise<any> => {
  const { code, text, errors } = await run(...argv, '--json');
  expect([code, errors]).toEqual([0, '']);
  return JSON.parse(text);
};

/** Until a delivery is as it should be. */
const showUntil = async (
  id: string,
  isThere: (delivery: { status: string; attempts: unknown[] }) => boolean,
) => {
  for (;;) {
    const delivery = await runJson('show', id);
    if (isThere(delivery)) return delivery;
  }
};

/** The commands of README's section, in its order, without `npx rappel`. */
const readTour = (): string[][] => {
  const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const [, section] = /\n## Look\n(.*?)\n## /s.exec(readme)!;
  return [...section!.matchAll(/^npx rappel (.*)$/gm)].map(([, argv]) => argv!.split(' '));
};

describe('npx rappel', () => {
  it('goes the tour as README prints it: listen, publish, list, show, resend, tail', async () => {
    const [listen, publish, list, show, resend, tail, ...more] = readTour();
    const listening = begin(...listen!, '--port', '0');
    const [, id] = await listening.until(/Listening on \S+ as (sub_\w+)\./);
    const published = await run(...publish!);
    const [, deliveryId] = await listening.until(
      /candidate\.created {2}verified, answered 200 {2}(del_\w+)\n\{/,
    );
    await showUntil(deliveryId!, ({ status }) => status === 'delivered');
    const listed = await run(...list!);
    const shown = await run(...show!);
    const resent = await run(...resend!);
    const delivery = await showUntil(deliveryId!, ({ attempts }) => attempts.length === 2);
    const tailing = begin(...tail!, id!);
    const [line] = await tailing.until(/.*\n/);
    tailing.stop();
    const codes = [await tailing.ended];
    listening.stop();
    codes.push(await listening.ended);

    expect(more).toEqual([]);
    expect(codes).toEqual([0, 0]);
    expect(published.text).toMatch(/^TYPE.*\ncandidate\.created {2}evt_\w+ {2}on the bus\n$/);
    expect(listed.text).toContain(`${id}  enabled  candidate.created  http://127.0.0.1:`);
    expect(shown.text).toMatch(
      new RegExp(`^delivery +${deliveryId}\nstatus +delivered\n.*scheduled  200 in`, 's'),
    );
    expect(resent.text).toBe(`Attempt 2 is on its way. Look: npx rappel show ${deliveryId}\n`);
    expect(delivery.attempts).toMatchObject([
      { trigger: 'scheduled', status: 200 },
      { trigger: 'manual', status: 200 },
    ]);
    expect(line).toMatch(/Z {2}delivered {2}candidate\.created +2 +200 in \d+ ms +del_\w+\n$/);
    expect(await runJson('list')).toEqual({ subscriptions: [] });
  });

  it('recovers what failed, and shows how far it is', async () => {
    const failing = begin(
      'listen',
      'vacancy.created',
      '--port',
      '0',
      '--answer',
      '500',
      '--keep',
      '--json',
    );
    const [, url, id, key] = await failing.until(
      /"listening":"(.*?)","subscription":"(\w+)","key":"(.*?)"/,
    );
    await run('publish', 'vacancy.created');
    const [, deliveryId] = await failing.until(/"delivery_id":"(del_\w+)"/);
    await showUntil(deliveryId!, ({ status }) => status === 'exhausted');
    failing.stop();
    await failing.ended;
    const well = begin('listen', '--port', new URL(url!).port, '--key', key!, '--json');
    await well.until(/"listening"/);
    const recovered = await run('recover', id!, '--since', '1h');
    await well.until(/"verified":true/);
    well.stop();

    expect(recovered.errors).toBe('');
    expect(recovered.text).toMatch(
      /^\[\.{30}\] 0 of 0, begins with the next sweep, within a minute\n/,
    );
    expect(recovered.text).toMatch(/\n\[#{30}\] 1 of 1, done\n1 delivery is on the way again/);
    expect(await runJson('list')).toMatchObject({ subscriptions: [{ id, url }] });
  });

  it('publishes what a file holds, and says what of it is refused', async () => {
    const { data } = sampleDetail('task.created');
    const file = join(folder, 'events.json');
    const good = { type: 'task.created', data, id: 'evt_of_a_file' };
    writeFileSync(file, JSON.stringify([good, { ...good, id: 'evt_refused', data: {} }]));

    const { code, text } = await run('publish', file);
    let shown = await run('show', good.id);
    while (shown.code !== 0) shown = await run('show', good.id);

    expect(code).toBe(1);
    expect(text).toMatch(/\ntask\.created +evt_of_a_file +on the bus\n/);
    expect(text).toMatch(/\ntask\.created +evt_refused +[A-Z_]+: data/);
    expect(shown.text).toMatch(/^event +evt_of_a_file\ntype +task\.created\n/);
  });

  it('shows dead letters, and moves them back', async () => {
    const QueueUrl = stack.model.outputs.MemberAddedDeadLettersUrl;
    await stack.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }));
    const counted = await run('dead-letters');
    const peeked = await run('dead-letters', 'member-added');
    const begun = begin('redrive', 'member-added', '--max-per-second', '1');
    await begun.until(/running/);
    const cancelled = await run('redrive', 'member-added', '--cancel');
    await begun.ended;
    const moved = await run('redrive', 'member-added');

    expect(counted.text).toMatch(/\nmember-added +1\n/);
    expect(peeked.text).toMatch(/^SENT +TYPE +EVENT +RECEIVED +CODE +REASON\n.* 1 +- +-\n$/);
    expect(cancelled.text).toMatch(/^\[\.{30}\] 0 of 1, cancelled\n$/);
    expect(moved).toMatchObject({
      code: 0,
      errors: '',
      text: expect.stringContaining('completed'),
    });
  });

  it('tells what the API refuses, in its words', async () => {
    const twice = await run('subscribe', 'ftp://127.0.0.1/', 'member.addde');

    expect(twice.code).toBe(2);
    expect(twice.errors).toMatch(/^The request is not valid\.\n {2}event_types\[0\] must be/);
    expect(await run('show', 'evt_none')).toMatchObject({
      code: 1,
      text: '',
      errors: expect.stringMatching(/^There is no such event\. .*: ask again\.\n$/),
    });
  });
});
