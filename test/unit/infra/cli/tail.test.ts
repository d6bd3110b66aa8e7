// `npx rappel tail`: tells every delivery once in each state, also of a burst, and of one that is listed late.
import { expect, it } from 'vitest';
import { answerAdmin } from './answer-admin.ts';
import { now, runCommand } from './run-command.ts';

interface Listed {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
}

const deliveryOf = (id: string, agoMs: number): Listed => {
  const at = new Date(now.getTime() - agoMs).toISOString();
  const fields = { status: 'delivered', event_type: 'task.created', attempt_count: 1 };
  return { ...fields, id, created_at: at, updated_at: at };
};

let listed: Listed[];
/** What is listed from the second look on. */
let listedNext: Listed[];

const outputs = answerAdmin((query) => {
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit'));
  const all = listed
    .filter(({ created_at }) => created_at >= (query.get('from') ?? ''))
    .toSorted((one, other) => other.created_at.localeCompare(one.created_at));
  listed = listedNext;
  const next_cursor = end < all.length ? String(end) : null;
  return { body: { deliveries: all.slice(start, end), next_cursor } };
});

const tail = async (count: number): Promise<string[]> => {
  const { text } = await runCommand(
    'tail',
    'sub_1',
    '--count',
    String(count),
    '--outputs',
    outputs,
  );
  return text.match(/del_[a-z]+\d*/g) ?? [];
};

it('shows a burst between two looks whole, and each of it once', async () => {
  listed = [deliveryOf('del_old', 60_000)];
  listedNext = [
    ...listed,
    ...Array.from({ length: 230 }, (_, index) => deliveryOf(`del_n${index}`, 1000 - index)),
  ];

  const shown = await tail(231);

  expect(shown.toSorted()).toEqual(listedNext.map(({ id }) => id).toSorted());
});

it('shows what is listed late, behind more than are watched', async () => {
  listed = Array.from({ length: 60 }, (_, index) => deliveryOf(`del_n${index}`, 1000 - index));
  listedNext = [...listed, deliveryOf('del_late', 9_000)];

  expect(await tail(11)).toContain('del_late');
});

it('shows what becomes of an old one among the newest', async () => {
  listed = Array.from({ length: 20 }, (_, index) => deliveryOf(`del_n${index}`, 9_000_000 + index));
  listedNext = listed.map((each) =>
    each.id === 'del_n15' ? { ...each, updated_at: now.toISOString() } : each,
  );

  expect((await tail(11)).at(-1)).toBe('del_n15');
});
