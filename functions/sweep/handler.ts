// From EventBridge's timer to one sweep.
import type { Context, ScheduledEvent } from 'aws-lambda';
import { type SweepDeps, sweep } from './sweep.ts';

export const createHandler =
  (deps: Omit<SweepDeps, 'remainingMs' | 'timerAt'>) =>
  async (
    event: Pick<ScheduledEvent, 'time'>,
    context: Pick<Context, 'functionName' | 'getRemainingTimeInMillis'>,
  ): Promise<void> => {
    const now = deps.now();
    const said = new Date(event.time);
    await sweep({
      ...deps,
      // Whole seconds. By hand it is called with anything.
      timerAt: said <= now ? said : now,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    deps.metrics.flush(context.functionName);
  };
