// A failure's answer without the secrets that it repeats: many a framework's error page prints the request's headers.
import type { Outcome } from '../../shared/outcome.ts';
import { cutExcerpt } from './decode-answer.ts';
import { holdsInDisguise } from './holds-in-disguise.ts';
import { headerCharactersMax } from './read-answer.ts';

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
    const left = hideAll(text, spellings);
    return holdsInDisguise(left, texts, partCharactersMin) ? allHidden : left;
  };
  return {
    ...outcome,
    // The mark is longer than the shortest values.
    bodyExcerpt: cutExcerpt(hide(outcome.bodyExcerpt)),
    headers: Object.fromEntries(
      Object.entries(outcome.headers).map(([name, value]) => [
        name,
        hide(value).slice(0, headerCharactersMax),
      ]),
    ),
  };
};

/** What of the secrets must not be shown: each whole, and its parts. */
const textsOf = (secrets: readonly string[]): string[] =>
  secrets.flatMap((secret) => [
    ...[secret, passwordIn(secret)].filter(({ length }) => length >= valueCharactersMin),
    ...secret.split(/[\s,;=:]+/).filter(({ length }) => length >= partCharactersMin),
  ]);

const spellingsOf = (texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => [text, inJson(text), inHtml(text), inUrl(text)])),
];

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

/** In one go over the text as it came: a value that is a part of the mark must not be found in marks. What overlaps or
 *  touches is hidden together, so that no end of one value stays beside another. */
const hideAll = (text: string, spellings: readonly string[]): string => {
  const isHidden = new Uint8Array(text.length);
  for (const spelling of spellings) {
    for (let at = text.indexOf(spelling); at >= 0; ) {
      const end = at + spelling.length;
      isHidden.fill(1, at, end);
      at = text.indexOf(spelling, end);
    }
    isHidden.fill(1, text.length - cutOffLength(text, spelling));
  }
  let shown = '';
  for (let from = 0; from < text.length; ) {
    const isMark = isHidden[from] === 1;
    const end = isHidden.indexOf(isMark ? 0 : 1, from);
    const to = end < 0 ? text.length : end;
    shown += isMark ? hidden : text.slice(from, to);
    from = to;
  }
  return shown;
};

/** An excerpt may end within a value: how many of its characters it then has. */
const cutOffLength = (text: string, spelling: string): number => {
  for (let length = spelling.length - 1; length >= partCharactersMin; length -= 1) {
    if (text.endsWith(spelling.slice(0, length))) return length;
  }
  return 0;
};
