// When a receiver wants to be called again: the `Retry-After` header, read strictly.
import { retryAfterMsMax } from '../../shared/limits.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const shortDay = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const longDay = '(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day';
const time = '(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})';

/** The three forms of a date in HTTP, the latter two obsolete but to be read. The day of the week must be one, and
 *  says nothing that the date does not.
 *  https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
const datePatterns = [
  `${shortDay}, (?<day>\\d{2}) (?<month>\\w{3}) (?<year>\\d{4}) ${time} GMT`,
  `${longDay}, (?<day>\\d{2})-(?<month>\\w{3})-(?<year>\\d{2}) ${time} GMT`,
  `${shortDay} (?<month>\\w{3}) (?<day>[ \\d]\\d) ${time} (?<year>\\d{4})`,
].map((pattern) => new RegExp(`^${pattern}$`));

/**
 * Milliseconds from `now` that the header asks to wait, never above the limit. Undefined where it
 * is neither whole seconds nor a date to come: negative, fractional, past or unreadable values
 * count for nothing. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
 */
export const parseRetryAfter = (value: string, now: Date): number | undefined => {
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, retryAfterMsMax);
  const at = parseHttpDate(value, now);
  if (at === undefined || at <= now.getTime()) return undefined;
  return Math.min(at - now.getTime(), retryAfterMsMax);
};

/** Milliseconds since 1970. */
const parseHttpDate = (value: string, now: Date): number | undefined => {
  const parts = datePatterns.map((pattern) => pattern.exec(value)?.groups).find(Boolean);
  if (parts === undefined) return undefined;
  const month = months.indexOf(parts.month ?? '');
  const [day, hour, minute, second] = ['day', 'hour', 'minute', 'second'].map((part) =>
    Number(parts[part]),
  ) as [number, number, number, number];
  const year = fullYear(parts.year ?? '', now);
  const date = new Date(Date.UTC(year, month, day, hour, minute, Math.min(second, 59)));
  const isReal = date.getUTCMonth() === month && date.getUTCDate() === day;
  return isReal && hour < 24 && minute < 60 && second <= 60 ? date.getTime() : undefined;
};

/** Two digits that would be more than fifty years ahead mean the century before. */
const fullYear = (digits: string, now: Date): number => {
  if (digits.length === 4) return Number(digits);
  const year = Math.floor(now.getUTCFullYear() / 100) * 100 + Number(digits);
  return year > now.getUTCFullYear() + 50 ? year - 100 : year;
};
