// From Lambda's timer to one sweep.
import type { Context } from 'aws-lambda';
import { type SweepDeps, sweep } from './sweep.ts';

export const createHandler =
  (deps: Omit<SweepDeps, 'remainingMs'>) =>
  (_event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>): Promise<void> =>
    sweep({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
