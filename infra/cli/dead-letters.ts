// Dead letters: how many lie where, what they are, and their way back.
import { CommandError } from './command-error.ts';
import { formatTable } from './format-table.ts';
import { pause } from './pause.ts';
import { progressBar } from './progress-bar.ts';
import { readCount } from './read-command.ts';
import { type Command, printResult, type Session } from './session.ts';

const path = '/v1/operations/dead-letters';

interface ShownLetter {
  readonly sent_at: string;
  readonly type: string | null;
  readonly event_id: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly receive_count: number;
}

interface ShownRedrive {
  readonly status: string;
  readonly moved: number;
  readonly to_move: number;
  readonly failure: string | null;
}

export const deadLetters: Command = {
  usage: 'dead-letters [QUEUE]',
  summary: 'how many lie where; of a queue, what they are (a look raises their receive count)',
  takes: [0, 1],
  run: async (session, { positionals: [queue] }) => {
    const { request } = session.openStack();
    if (queue !== undefined) return showLetters(session, queue);
    const found = await request<{ queues: { queue: string; dead_letters: number }[] }>(
      'GET',
      path,
      ['queues'],
    );
    printResult(session, found, () =>
      formatTable(
        ['QUEUE', 'DEAD LETTERS'],
        found.queues.map(({ queue: name, dead_letters }) => [name, dead_letters]),
      ),
    );
  },
};

const showLetters = async (session: Session, queue: string): Promise<void> => {
  const peeked = await session
    .openStack()
    .request<{ dead_letters: ShownLetter[] }>('POST', `${pathOf(queue)}/peek`, ['dead_letters'], {
      limit: peeksMax,
    });
  printResult(session, peeked, () => describeLetters(peeked.dead_letters));
};

/** That one look shows. */
const peeksMax = 100;

const describeLetters = (letters: readonly ShownLetter[]): string => {
  const table = formatTable(
    ['SENT', 'TYPE', 'EVENT', 'RECEIVED', 'CODE', 'REASON'],
    letters.map(({ sent_at, type, event_id, receive_count, code, reason }) => [
      sent_at,
      type,
      event_id,
      receive_count,
      code,
      reason,
    ]),
  );
  // SQS has no pages: it shows what it finds.
  if (letters.length < peeksMax) return table;
  return `${table}\n\nThere may be more: one look shows ${peeksMax}. npx rappel dead-letters counts them.`;
};

const pathOf = (queue: string): string => `${path}/${encodeURIComponent(queue)}`;

export const redrive: Command = {
  usage: 'redrive QUEUE',
  summary: 'move a queue’s dead letters back to it; mend the cause first',
  takes: [1, 1],
  options: {
    'max-per-second': { type: 'string', about: 'N  500 at most' },
    cancel: { type: 'boolean', about: 'end the one that is under way; the rest stays where it is' },
  },
  run: async (session, given) => {
    const [queue] = given.positionals;
    const perSecond = readCount(given, 'max-per-second', 500);
    const { request } = session.openStack();
    if (given.values.cancel) {
      const cancelled = await request<ShownRedrive>(
        'POST',
        `${pathOf(queue!)}/redrive/cancel`,
        ['status'],
        {},
      );
      return printResult(session, cancelled, () => barOf(cancelled));
    }
    let task = await request<ShownRedrive>('POST', `${pathOf(queue!)}/redrive`, ['status'], {
      ...(perSecond !== undefined && { max_per_second: perSecond }),
    });
    while (task.status === 'running' && !session.stopped.aborted) {
      if (!session.json) session.print(barOf(task));
      await pause(session);
      const { redrives } = await request<{ redrives: ShownRedrive[] }>(
        'GET',
        `${pathOf(queue!)}/redrives`,
        ['redrives'],
      );
      task = redrives[0] ?? task;
    }
    printResult(session, task, () => barOf(task));
    if (task.status === 'failed') throw new CommandError(`SQS gave up: ${task.failure}.`);
  },
};

const barOf = ({ status, moved, to_move }: ShownRedrive): string =>
  progressBar(moved, to_move, status);
