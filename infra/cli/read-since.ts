// A time as people say it on a command line: `2h` ago, or ISO 8601.
import { UsageError } from './command-error.ts';

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** @throws UsageError saying what is taken */
export const readSince = (text: string, now: Date): Date => {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const time =
    count && unit
      ? new Date(now.getTime() - Number(count) * unitMs[unit as keyof typeof unitMs])
      : new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : Number.NaN);
  if (Number.isNaN(time.getTime())) {
    throw new UsageError(`${text} is no time: say 30m, 2h, 3d, or 2026-10-12T08:15:00Z.`);
  }
  return time;
};
