// Writing over what was read, while others write too.
import { expect, it } from 'vitest';
import { ConflictError } from '../../shared/errors.ts';
import { untilWritten } from '../../shared/retry-conflicts.ts';

/** A step that finds another writer first so many times, and what it was told each time. */
const secondFor = (times: number) => {
  const told: number[] = [];
  const step = async (conflicts: number): Promise<string | false> => {
    told.push(conflicts);
    return conflicts >= times && 'written';
  };
  return { step, told };
};

it('gives what was written, and tries no more', async () => {
  const { step, told } = secondFor(0);

  expect(await untilWritten(3, 'the row', step)).toBe('written');
  expect(told).toEqual([0]);
});

it('tries again while another writer is first, and tells how often that was so', async () => {
  const { step, told } = secondFor(2);

  expect(await untilWritten(3, 'the row', step)).toBe('written');
  expect(told).toEqual([0, 1, 2]);
});

it('gives up, and says what others kept changing', async () => {
  const { step, told } = secondFor(3);

  const writing = untilWritten(3, 'the row', step);

  await expect(writing).rejects.toThrow(new ConflictError('other writers kept changing the row'));
  expect(told).toEqual([0, 1, 2]);
});

it('leaves a fault of the step as it is', async () => {
  let tries = 0;

  const writing = untilWritten(3, 'the row', async () => {
    tries += 1;
    throw new Error('no store');
  });

  await expect(writing).rejects.toThrow('no store');
  expect(tries).toBe(1);
});
