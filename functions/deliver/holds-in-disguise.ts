// Whether a text repeats a secret in another spelling: escaped, encoded, in other letter case, with other signs between.

/** Encodings within encodings that are undone: a page that prints JSON in an attribute has two. */
const layersMax = 3;

/**
 * Compares letters and digits alone, once what JSON, JavaScript, HTML and URLs escape is undone; and the secrets in
 * base64 and hexadecimal.
 * @param charactersMin letters and digits that must agree: fewer do so by chance
 */
export const holdsInDisguise = (
  text: string,
  secrets: readonly string[],
  charactersMin: number,
): boolean => {
  const bare = bareOf(text.replace(cutEscape, ''));
  const wanted = secrets
    .flatMap((secret) => [bareOf(secret), hexOf(secret), ...base64Of(secret).map(lettersOf)])
    .filter(({ length }) => length >= charactersMin);
  return wanted.some((each) => bare.includes(each) || endsWithin(bare, each, charactersMin));
};

/** An escape that the end of an excerpt cuts off: what is left of it would stand between the letters. */
const cutEscape = /(?:\\[ux]?\{?0*[0-9a-f]{0,5}|&[0-9a-z]{0,7}|&#x?0*[0-9a-f]{0,7}|%[0-9a-f]?)$/i;

/** An excerpt may end within a secret. */
const endsWithin = (bare: string, secret: string, charactersMin: number): boolean => {
  for (let length = secret.length - 1; length >= charactersMin; length -= 1) {
    if (bare.endsWith(secret.slice(0, length))) return true;
  }
  return false;
};

const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const bareOf = (text: string): string => {
  let plain = text;
  for (let layer = 0; layer < layersMax; layer += 1) plain = unescapeOnce(plain);
  return lettersOf(plain);
};

const unescapeOnce = (text: string): string =>
  text
    .replaceAll(/\\u([0-9a-f]{4})/gi, fromHex)
    .replaceAll(/\\u\{0*([0-9a-f]{1,6})\}/gi, fromHex)
    .replaceAll(/\\x([0-9a-f]{2})/gi, fromHex)
    .replaceAll(/&#x0*([0-9a-f]{1,6});?/gi, fromHex)
    .replaceAll(/%([0-9a-f]{2})/gi, fromHex)
    .replaceAll(/&#0*(\d{1,7});?/g, (_, code) => characterOf(Number(code)))
    .replaceAll(/&[a-z]{2,8};/gi, (name) => namedSigns.get(name.toLowerCase()) ?? name);

const fromHex = (_: string, code: string): string => characterOf(Number.parseInt(code, 16));

/** A sign is dropped whatever it is: what counts is that its name does not stand between letters. */
const characterOf = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** Named characters that stand for signs; the others are letters of no header. */
const namedSigns: ReadonlyMap<string, string> = new Map(
  [
    ...['amp', 'lt', 'gt', 'quot', 'apos', 'sol', 'bsol', 'plus', 'equals', 'colon', 'semi'],
    ...['period', 'comma', 'lowbar', 'hyphen', 'num', 'percnt', 'dollar', 'excl', 'quest', 'ast'],
    ...['lpar', 'rpar', 'lsqb', 'rsqb', 'lcub', 'rcub', 'commat', 'grave', 'hat', 'verbar', 'nbsp'],
  ].map((name) => [`&${name};`, name === 'amp' ? '&' : ' ']),
);

const hexOf = (secret: string): string => Buffer.from(secret).toString('hex');

/** A secret's base64 as it stands within that of a longer text: at each of three places, without what its neighbours
 *  take part in. https://www.rfc-editor.org/rfc/rfc4648#section-4 */
const base64Of = (secret: string): string[] =>
  [0, 1, 2].map((before) => {
    const bytes = Buffer.from('\0'.repeat(before) + secret);
    const whole = Math.floor((bytes.length * 8) / 6);
    return bytes.toString('base64').slice(Math.ceil((before * 8) / 6), whole);
  });
