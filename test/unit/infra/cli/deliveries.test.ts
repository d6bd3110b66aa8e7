// `npx rappel deliveries`: says that there are more than it shows, and how to see them.
import { expect, it } from 'vitest';
import { answerAdmin } from './answer-admin.ts';
import { runCommand } from './run-command.ts';

const total = 250;

const deliveryOf = (index: number) => ({
  id: `del_${index}`,
  status: 'exhausted',
  event_type: 'task.created',
  attempt_count: 10,
  updated_at: '2026-10-12T08:00:00.000Z',
});

const asked: URLSearchParams[] = [];

/** Its pages are shorter than they may be; the first is empty. */
const outputs = answerAdmin((query) => {
  asked.push(query);
  const from = Number(query.get('cursor') ?? 0);
  const size = query.has('cursor') ? Math.min(60, Number(query.get('limit'))) : 0;
  const to = Math.min(total, from + size);
  const deliveries = Array.from({ length: to - from }, (_, n) => deliveryOf(from + n));
  return { body: { deliveries, next_cursor: to < total ? String(to) : null } };
});

const run = async (...argv: string[]) => {
  const { text, errors } = await runCommand('deliveries', 'sub_1', '--outputs', outputs, ...argv);
  expect(errors).toBe('');
  return text;
};

const idsIn = (text: string): string[] => text.match(/del_\d+/g) ?? [];

it('shows the newest hundred, whatever the pages, and how to go on', async () => {
  const first = await run('--since', '2h');
  const [, goOn] = /\nThere are more: say --all, or (--since .* --after \S+)\n$/.exec(first)!;
  const second = await run(...goOn!.split(' '));

  expect([idsIn(first).length, idsIn(second).length]).toEqual([100, 100]);
  expect(new Set([...idsIn(first), ...idsIn(second)]).size).toBe(200);
  // The same instant each time, or the API would refuse the cursor.
  expect(new Set(asked.map((query) => query.get('from')))).toEqual(
    new Set(['2026-10-12T06:15:00.000Z']),
  );
});

it('shows all of them where it is told to, and then says nothing of more', async () => {
  const text = await run('--all');

  expect(new Set(idsIn(text)).size).toBe(total);
  expect(text).not.toContain('more');
});

it('gives machines the cursor', async () => {
  const { deliveries, next_cursor } = JSON.parse(await run('--json'));

  expect([deliveries.length, next_cursor]).toEqual([100, '100']);
});
