// What JSON.parse lets pass in silence and receivers read differently: keys said twice, broken text, lost digits.

export interface JsonProblem {
  /** `detail.data.tags.0`; empty for the whole text. */
  readonly path: string;
  readonly problem: string;
}

/** An object or an array that is open at this place of the text, and where in it we are. */
interface Container {
  /** The keys of an object so far; undefined for an array. */
  readonly keys?: Set<string>;
  /** The key or the index; undefined where an object's next key is to come. */
  at: string | number | undefined;
}

/** Strings, numbers and brackets of a text that is known to be JSON; `true`, `false` and `null` harm nobody. */
const tokens = /"(?:[^"\\]+|\\.)*"|-?\d[^\s,\]}]*|[{}[\],]/g;

/**
 * The first problem in a text that JSON.parse has taken: objects and arrays nested deeper than `depthMax`, a
 * key that an object has twice, a lone surrogate (not text in any encoding), or a number that would change:
 * one too large becomes null, a whole one beyond 2^53 another whole number.
 * https://www.rfc-editor.org/rfc/rfc8259#section-4 and the sections 6 and 8.2
 */
export const findJsonProblem = (text: string, depthMax: number): JsonProblem | undefined => {
  const open: Container[] = [];
  for (const [token] of text.matchAll(tokens)) {
    const problem = step(open, token, depthMax);
    if (problem !== undefined) return { path: pathOf(open), problem };
  }
  return undefined;
};

/** Moves over one token; the open containers then say where we are. */
const step = (open: Container[], token: string, depthMax: number): string | undefined => {
  const inside = open.at(-1);
  switch (token[0]) {
    case '{':
    case '[':
      if (open.length === depthMax) return `is nested deeper than ${depthMax} levels`;
      open.push(token === '{' ? { keys: new Set(), at: undefined } : { at: 0 });
      return undefined;
    case '}':
    case ']':
      open.pop();
      return undefined;
    case ',':
      inside!.at = typeof inside!.at === 'number' ? inside!.at + 1 : undefined;
      return undefined;
    case '"':
      return problemOfString(inside, token);
    default:
      return problemOfNumber(token);
  }
};

const problemOfString = (inside: Container | undefined, token: string): string | undefined => {
  const value: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
  const isKey = inside?.keys !== undefined && inside.at === undefined;
  if (isKey) {
    inside.at = value;
    if (inside.keys.has(value)) return 'is there twice; a key may be there once';
    inside.keys.add(value);
  }
  return value.isWellFormed()
    ? undefined
    : 'holds a lone surrogate, half a character; send whole ones';
};

const problemOfNumber = (token: string): string | undefined => {
  const value = Number(token);
  const isKept = Number.isSafeInteger(value) || !/^-?\d+$/.test(token) || String(value) === token;
  return Number.isFinite(value) && isKept
    ? undefined
    : 'is a number that JSON readers do not keep; send it as text';
};

const pathOf = (open: readonly Container[]): string =>
  open.flatMap(({ at }) => (at === undefined ? [] : [at])).join('.');
