// The operators on strings, each compiled to a test of one string. No regular expression is made
// from a pattern, and none of these tests backtracks.

/** The string must be well formed: see `wellFormed`. */
export type TextTest = (text: string) => boolean;

/** Each lone surrogate as a question mark: AWS's engine compares UTF-8 as Java encodes it. */
export function wellFormed(text: string): string {
  return text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?');
}

/** `prefix`. The engine compares with the quotes around a string, so a prefix that ends with a
 *  quote may reach the closing one. */
export function startsWithTest(prefix: string): TextTest {
  const wanted = wellFormed(prefix);
  const whole = wanted.endsWith('"') ? wanted.slice(0, -1) : undefined;
  return (text) => text.startsWith(wanted) || text === whole;
}

/** `suffix`; what is said of quotes for a prefix holds here for the opening one. */
export function endsWithTest(suffix: string): TextTest {
  const wanted = wellFormed(suffix);
  const whole = wanted.startsWith('"') ? wanted.slice(1) : undefined;
  return (text) => text.endsWith(wanted) || text === whole;
}

/** `equals-ignore-case`, alone or in a prefix or suffix. Each character of the pattern, not of the
 *  event, is put into both cases: "ß" takes "ß" and "SS". A character outside the Basic
 *  Multilingual Plane becomes two question marks, as in AWS's engine, and so never equals
 *  itself. */
export function ignoreCaseTest(part: 'whole' | 'prefix' | 'suffix', wanted: string): TextTest {
  const units = wanted
    .split('')
    .map((unit) => [unit.toLowerCase(), unit.toUpperCase()].map(wellFormed));
  // The quote after a prefix's string, and before a suffix's, is looked for in its place: putting it there would copy
  // the string, however long, for each test.
  const matchForward = (text: string, quoteAt: number): number => {
    let at = 0;
    for (const cases of units) {
      const found = cases.find(
        (unit) => text.startsWith(unit, at) || (unit === '"' && at === quoteAt),
      );
      if (found === undefined) return -1;
      at += found.length;
    }
    return at;
  };
  const matchBackward = (text: string): boolean => {
    let end = text.length;
    for (let i = units.length - 1; i >= 0; i--) {
      const found = units[i]!.find(
        (unit) => text.endsWith(unit, end) || (unit === '"' && end === 0),
      );
      if (found === undefined) return false;
      end -= found.length;
    }
    return true;
  };
  if (part === 'suffix') return matchBackward;
  if (part === 'prefix') return (text) => matchForward(text, text.length) >= 0;
  return (text) => matchForward(text, -1) === text.length;
}

/** The literal parts between the stars of a `wildcard`, or the sentence that says what is wrong
 *  with it. */
export function partsOfWildcard(
  wildcard: string,
): readonly string[] | { readonly problem: string } {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < wildcard.length; i++) {
    const character = wildcard[i];
    if (character === '*') {
      if (wildcard[i + 1] === '*') {
        return {
          problem: `two wildcard characters in a row, at character ${i + 1}: write one "*"`,
        };
      }
      parts.push(part);
      part = '';
    } else if (character === '\\') {
      const next = wildcard[++i];
      if (next !== '*' && next !== '\\') {
        return { problem: `the backslash at character ${i} must be followed by "*" or "\\"` };
      }
      part += next;
    } else {
      part += character;
    }
  }
  return [...parts, part].map(wellFormed);
}

/** `wildcard`: looks for each part after the one before, once. The first place found is never worse
 *  than a later one, so nothing is tried twice: one pass over the string, however many stars. */
export function wildcardTest(parts: readonly string[]): TextTest {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  const middle = parts.slice(1, -1).map((part) => ({ length: part.length, find: finderOf(part) }));
  if (parts.length === 1) return (text) => text === first;
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const { length, find } of middle) {
      const found = find(text, at);
      if (found < 0) return false;
      at = found + length;
    }
    return at <= end;
  };
}

/** As `text.indexOf(part, from)`, which compares long parts again and again: 250 KB of one letter may take it 30 ms.
 *  This compares twice the text's length at most (Knuth, Morris, Pratt). */
function finderOf(part: string): (text: string, from: number) => number {
  if (part.length === 1) return (text, from) => text.indexOf(part, from);
  const units = Uint16Array.from({ length: part.length }, (_, at) => part.charCodeAt(at));
  const fallbacks = fallbacksOf(units);
  return (text, from) => {
    let held = 0;
    for (let at = from; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      while (held >= 0 && unit !== units[held]) held = fallbacks[held]!;
      held++;
      if (held === units.length) return at + 1 - held;
    }
    return -1;
  };
}

/** For each number of units held, how many are left to be held when the next one differs; -1: not even that one. */
function fallbacksOf(units: Uint16Array): Int32Array {
  const fallbacks = new Int32Array(units.length).fill(-1);
  let held = 0;
  for (let at = 1; at < units.length; at++) {
    fallbacks[at] = units[at] === units[held] ? fallbacks[held]! : held;
    while (held >= 0 && units[at] !== units[held]) held = fallbacks[held]!;
    held++;
  }
  return fallbacks;
}
