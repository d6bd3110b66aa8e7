// What a receiver answers, by its mood.
import type { Outcome } from '../../shared/outcome.ts';
import type { Chance } from './chance.ts';

export type Mood = 'well' | 'fails' | 'times-out' | 'is-slow' | 'asks-to-wait' | 'gone' | 'aborts';

export const answerOf = (mood: Mood, at: Date, chance: Chance): Outcome => {
  const isSlow = mood === 'is-slow' || (mood === 'gone' && chance.oneIn(2));
  const base = { startedAt: at, durationMs: isSlow ? 3_000 : 40 };
  const refused = (status: number, more: object = {}): Outcome => ({
    ...base,
    kind: 'refused',
    errorClass: 'http',
    status,
    bodyExcerpt: '',
    headers: {},
    ...more,
  });
  const timedOut = {
    ...base,
    durationMs: 10_000,
    kind: 'unreachable',
    errorClass: 'timeout',
    reason: '',
  } as const;
  switch (mood) {
    case 'well':
    case 'is-slow':
      return { ...base, kind: 'accepted', status: 200 };
    case 'fails':
      return chance.oneIn(6) ? { ...base, kind: 'accepted', status: 204 } : refused(500);
    case 'times-out':
      return timedOut;
    case 'asks-to-wait':
      return refused(503, { retryAfterMs: chance.pick([1_000, 600_000, 3_600_000]) });
    case 'gone':
      return chance.oneIn(4)
        ? { ...timedOut, status: 200, request: 'disable-subscription' }
        : refused(410, { request: 'disable-subscription' });
    case 'aborts':
      return refused(400, { request: 'abort-delivery' });
  }
};
