// The pause before a request is made again of what AWS left undone: longer each time, and by chance, so that workers part.
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds before the second round; doubled before each further one. */
const firstPauseMs = 25;

/**
 * Resolves after about 19 ms, 38, 75, 150 …: half of each is chance. AWS asks for it where a batch is half done.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html#Programming.Errors.BatchOperations
 * @param round that is over, from 1
 */
export const backOff = async (round: number): Promise<void> => {
  await delay(firstPauseMs * 2 ** (round - 1) * (0.5 + Math.random() / 2));
};
