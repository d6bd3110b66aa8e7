// One row, several writers: each reads, decides and writes over what it read, and does so again where another was first.
import { ConflictError } from './errors.ts';

/**
 * Tries until what was decided is written, or needs no writing.
 * @param conflictsMax times that another writer may be first
 * @param what is written, for the fault's sentence: `the delivery`
 * @param step reads, decides and writes; false where another writer was first. It is given how often that was so before
 * @throws ConflictError where others kept being first, and whatever the step throws
 */
export const untilWritten = async <Written>(
  conflictsMax: number,
  what: string,
  step: (conflicts: number) => Promise<Written | false>,
): Promise<Written> => {
  for (let conflicts = 0; conflicts < conflictsMax; conflicts += 1) {
    const written = await step(conflicts);
    if (written !== false) return written;
  }
  throw new ConflictError(`other writers kept changing ${what}`);
};
