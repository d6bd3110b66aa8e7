// What the command line says where an answer is JSON, but none of Rappel's.
import { expect, it } from 'vitest';
import { answerAdmin } from './answer-admin.ts';
import { runCommand } from './run-command.ts';

let answer: unknown;
const file = answerAdmin(() => ({ body: answer }));

const run = (argv: readonly string[]) => runCommand(...argv, '--outputs', file);

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
