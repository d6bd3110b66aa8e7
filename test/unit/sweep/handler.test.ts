// When a sweep was to begin: as its timer says, unless that is nothing, or has yet to come.
import { expect, it } from 'vitest';
import { createHandler } from '../../../functions/sweep/handler.ts';
import { healthShard } from '../../../shared/timers-table.ts';
import { healthOf, later, now, open, sweepDeps } from './sweep-setup.ts';

it.each([
  ['as it says', later(-3).toISOString(), later(57)],
  ['now, where that has yet to come', later(3).toISOString(), later(60)],
  ['now, where it is called by hand', undefined, later(60)],
])('the timer rang %s', async (_, time, tendAt) => {
  const circuit = { ...open, tendAt: later(-30) };
  const getHealth = async () => healthOf({ circuit });
  const { deps, put } = sweepDeps({ [healthShard]: ['h'] }, { getHealth });
  const context = { functionName: 'sweep', getRemainingTimeInMillis: () => 30_000 };

  await createHandler({ ...deps, now: () => now })({ time } as { time: string }, context);

  expect(put[0]?.circuit.tendAt).toEqual(tendAt);
});
