// The wait between two looks at something that goes on.
import { setTimeout } from 'node:timers/promises';
import type { Session } from './session.ts';

const pollMs = 1000;

/** Until the next look, or Ctrl-C. */
export const pause = (session: Session): Promise<unknown> =>
  setTimeout(pollMs, undefined, { signal: session.stopped }).catch(() => undefined);
