// What the command line says where an answer is JSON, but none of Rappel's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runRappel } from '../../../../infra/cli/run-rappel.ts';

let answer: unknown;
const api = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
});
const folder = mkdtempSync(join(tmpdir(), 'rappel-cli-'));
const file = join(folder, 'outputs.json');

beforeAll(async () => {
  await new Promise<void>((resolve) => void api.listen(0, '127.0.0.1', resolve));
  const outputs = {
    AdminUrl: `http://127.0.0.1:${(api.address() as AddressInfo).port}/`,
    AlarmTopicArn: 'arn:aws:sns:eu-west-3:000000000000:topic',
    DeliveryQueueUrl: 'http://127.0.0.1:9/000000000000/Rappel-deliveries',
    EventBusName: 'Rappel-events',
  };
  writeFileSync(file, JSON.stringify({ Rappel: outputs }));
});
afterAll(() => {
  api.close();
  api.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const run = async (argv: readonly string[]) => {
  let [text, errors] = ['', ''];
  const code = await runRappel([...argv, '--outputs', file], {
    env: {},
    stopped: new AbortController().signal,
    isTerminal: false,
    write: (more) => {
      text += more;
    },
    writeError: (more) => {
      errors += more;
    },
    now: () => new Date('2026-10-12T08:15:00Z'),
    newKey: () => 'key',
  });
  return { code, text, errors };
};

const [sub, del] = [`sub_${'0'.repeat(24)}`, `del_${'0'.repeat(24)}`];
it.each([
  ['list'],
  ['subscribe', 'https://a.example/x'],
  ['test', sub, 'task.created'],
  ['tail', '--count', '1'],
  ['deliveries', sub],
  ['show', 'last'],
  ['show', del],
  ['show', sub],
  ['show', 'evt_1'],
  ['resend', del],
  ['recover', sub, '--since', '2h'],
  ['release', sub, '--no-wait'],
  ['replay', sub, '--since', '2h'],
  ['dead-letters'],
  ['dead-letters', 'deliveries'],
  ['redrive', 'deliveries'],
])('%s %s: JSON that is not Rappel’s ends it with 1, in a sentence', async (...argv) => {
  const lists = {
    subscriptions: 1,
    deliveries: 1,
    queues: 1,
    dead_letters: 1,
    next_cursor: null,
  };
  for (const body of [{}, null, [], 7, lists]) {
    answer = body;

    const { code, text, errors } = await run(argv.filter(Boolean));

    expect([code, text], JSON.stringify(body)).toEqual([1, '']);
    expect(errors).toMatch(/^http:\S+ answered [^\n]+ no answer of Rappel[^\n]+\n$/);
  }
});
