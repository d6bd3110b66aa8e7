// From Lambda's timer to one sweep.
import type { Context } from 'aws-lambda';
import { type SweepDeps, sweep } from './sweep.ts';

export const createHandler =
  (deps: Omit<SweepDeps, 'remainingMs'>) =>
  async (
    _event: unknown,
    context: Pick<Context, 'functionName' | 'getRemainingTimeInMillis'>,
  ): Promise<void> => {
    await sweep({ ...deps, remainingMs: () => context.getRemainingTimeInMillis() });
    deps.metrics.flush(context.functionName);
  };
