// A failure's answer without the secrets that it repeats: many a framework's error page prints the request's headers.
import type { Outcome } from '../../shared/outcome.ts';
import { holdsInDisguise } from './holds-in-disguise.ts';

const hidden = '[hidden]';

const allHidden = '[hidden: it repeats a header of the subscription in another spelling]';

/** Characters from which on a value can be a secret. What is shorter would match by chance all over a page. */
const valueCharactersMin = 4;

/** The same for a part of a value, such as the token of `Bearer …`, and for one cut off where the excerpt ends. */
const partCharactersMin = 8;

/** @param secrets values of custom headers. The keys are never sent, so that nobody can repeat them. */
export const hideEchoes = (outcome: Outcome, secrets: readonly string[]): Outcome => {
  if (outcome.kind !== 'refused' || secrets.length === 0) return outcome;
  const texts = textsOf(secrets);
  const spellings = spellingsOf(texts);
  const hide = (text: string) => {
    const left = hideCutOff(hideAll(text, spellings), spellings);
    return holdsInDisguise(left, texts, partCharactersMin) ? allHidden : left;
  };
  return {
    ...outcome,
    bodyExcerpt: hide(outcome.bodyExcerpt),
    headers: Object.fromEntries(
      Object.entries(outcome.headers).map(([name, value]) => [name, hide(value)]),
    ),
  };
};

/** What of the secrets must not be shown: each whole, and its parts. */
const textsOf = (secrets: readonly string[]): string[] =>
  secrets.flatMap((secret) => [
    ...[secret, passwordIn(secret)].filter(({ length }) => length >= valueCharactersMin),
    ...secret.split(/[\s,;=:]+/).filter(({ length }) => length >= partCharactersMin),
  ]);

/** Longest first: a part must not be hidden out of a whole, whose rest would then stay. */
const spellingsOf = (texts: readonly string[]): string[] => {
  const spelt = texts.flatMap((text) => [text, inJson(text), inHtml(text), inUrl(text)]);
  return [...new Set(spelt)].sort((one, other) => other.length - one.length);
};

/** Of `Basic …`, which servers decode: what follows the user's name. https://www.rfc-editor.org/rfc/rfc7617 */
const passwordIn = (secret: string): string => {
  const [, encoded = ''] = /^basic\s+(\S+)$/i.exec(secret) ?? [];
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
};

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const inUrl = (text: string): string => encodeURIComponent(text);

const inHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const hideAll = (text: string, spellings: readonly string[]): string =>
  spellings.reduce((left, spelling) => left.replaceAll(spelling, hidden), text);

/** An excerpt may end within a value. */
const hideCutOff = (text: string, spellings: readonly string[]): string => {
  for (const spelling of spellings) {
    for (let length = spelling.length - 1; length >= partCharactersMin; length -= 1) {
      if (text.endsWith(spelling.slice(0, length))) return text.slice(0, -length) + hidden;
    }
  }
  return text;
};
