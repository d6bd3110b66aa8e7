// A look into a queue: what is shown stays there, and is visible to all again when the look ends.
import type { QueueLetter } from './queue-letter.ts';
import type { QueuePorts } from './queues.ts';

/** At most `limit`, as far as SQS finds them; each has one receive more than before. */
export const peekLetters = async (
  deps: Pick<QueuePorts, 'takeLetters' | 'giveBack'>,
  queue: string,
  limit: number,
): Promise<QueueLetter[]> => {
  const letters: QueueLetter[] = [];
  try {
    while (letters.length < limit) {
      const taken = await deps.takeLetters(queue, limit - letters.length);
      if (taken.length === 0) break;
      letters.push(...taken);
    }
  } finally {
    await deps.giveBack(queue, letters);
  }
  return letters;
};
