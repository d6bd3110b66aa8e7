// Limits as people say them, in both languages.
import type { Language } from '../../shared/event-types/json-schema.ts';

interface Unit {
  readonly ms: number;
  readonly short: string;
  readonly fr: string;
  readonly en: string;
}

const second: Unit = { ms: 1000, short: 's', fr: 'seconde', en: 'second' };
const minute: Unit = { ms: 60_000, short: 'min', fr: 'minute', en: 'minute' };
const hour: Unit = { ms: 3_600_000, short: 'h', fr: 'heure', en: 'hour' };
const day: Unit = { ms: 86_400_000, short: 'd', fr: 'jour', en: 'day' };

/** "24 hours", "5 jours": in the largest unit that leaves nothing over. Days from two on. */
export const durationWords = (ms: number, language: Language): string => {
  const exact = [hour, minute].find((unit) => ms % unit.ms === 0) ?? second;
  const unit = ms % day.ms === 0 && ms > day.ms ? day : exact;
  return count(ms / unit.ms, unit[language]);
};

/** "2 h 35 min": hours and minutes, or seconds where there are neither. */
export const clockWords = (ms: number): string => {
  const hours = Math.floor(ms / hour.ms);
  const minutes = Math.floor((ms % hour.ms) / minute.ms);
  const parts = [
    hours > 0 ? `${hours} ${hour.short}` : '',
    minutes > 0 ? `${minutes} ${minute.short}` : '',
  ];
  return joined(parts) || `${Math.floor(ms / second.ms)} ${second.short}`;
};

/** "3 jours", "1 day". */
export const count = (amount: number, noun: string): string =>
  `${amount}\u00a0${noun}${amount === 1 ? '' : 's'}`;

export const kibibytes = (bytes: number, language: Language): string =>
  `${bytes / 1024}\u00a0${language === 'fr' ? 'Kio' : 'KiB'}`;

export const percent = (share: number, language: Language): string =>
  `${Math.round(share * 100)}${language === 'fr' ? '\u00a0' : ''}%`;

/** "60, 150, 300 puis 600". */
export const sequence = (items: readonly (string | number)[], language: Language): string =>
  [items.slice(0, -1).join(', '), items.at(-1)].join(language === 'fr' ? ' puis ' : ' then ');

/** "2 048", "2,048". */
export const grouped = (amount: number, language: Language): string =>
  amount.toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB').replaceAll('\u202f', '\u00a0');

const joined = (parts: readonly string[]): string =>
  parts.filter(Boolean).join(' ').replaceAll(' ', '\u00a0');
