// Reads JSON text into a tree that keeps repeated keys and the spelling of numbers. As strict as
// RFC 8259, but stops after the first value: AWS's engine never looks at what follows.
import { type JsonNode, nestingDepthMax, UnreadableJsonError } from './json-shape.ts';

/** Digits of one number: the same parser's limit. */
const numberDigitsMax = 1_000;

/**
 * The first JSON value of a text, in time linear in its length.
 * @throws UnreadableJsonError
 */
export function readJson(text: string): JsonNode {
  return readValue({ text, at: 0 }, 0);
}

interface Cursor {
  readonly text: string;
  at: number;
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  skipSpace(cursor);
  const first = cursor.text[cursor.at];
  if (first === '"') return { kind: 'string', text: readString(cursor) };
  if (first === '{' || first === '[') {
    if (depth === nestingDepthMax) {
      throw new UnreadableJsonError(`nested more than ${nestingDepthMax} levels deep`, cursor.at);
    }
    return first === '{' ? readObject(cursor, depth + 1) : readArray(cursor, depth + 1);
  }
  return readNumber(cursor) ?? readLiteral(cursor) ?? fail(cursor, 'a JSON value');
}

function readObject(cursor: Cursor, depth: number): JsonNode {
  const keys: string[] = [];
  const items: JsonNode[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, '}')) return { kind: 'object', keys, items };
  do {
    skipSpace(cursor);
    if (cursor.text[cursor.at] !== '"') fail(cursor, 'a key in double quotes');
    keys.push(readString(cursor));
    skipSpace(cursor);
    if (!take(cursor, ':')) fail(cursor, '":" after a key');
    items.push(readValue(cursor, depth));
    skipSpace(cursor);
  } while (take(cursor, ','));
  if (!take(cursor, '}')) fail(cursor, '"," or "}"');
  return { kind: 'object', keys, items };
}

function readArray(cursor: Cursor, depth: number): JsonNode {
  const items: JsonNode[] = [];
  cursor.at++;
  skipSpace(cursor);
  if (take(cursor, ']')) return { kind: 'array', items };
  do {
    items.push(readValue(cursor, depth));
    skipSpace(cursor);
  } while (take(cursor, ','));
  if (!take(cursor, ']')) fail(cursor, '"," or "]"');
  return { kind: 'array', items };
}

function readString(cursor: Cursor): string {
  const { text } = cursor;
  cursor.at++;
  let read = '';
  let start = cursor.at;
  for (; ; cursor.at++) {
    const code = text.charCodeAt(cursor.at);
    if (code === 0x22) {
      read += text.slice(start, cursor.at++);
      return read;
    }
    if (code === 0x5c) {
      read += text.slice(start, cursor.at) + readEscape(cursor);
      start = cursor.at + 1;
    } else if (!(code >= 0x20)) {
      fail(cursor, 'a closing quote, or an escape such as \\n for a control character');
    }
  }
}

const controlEscapes = new Map(Object.entries({ n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }));

/** Leaves the cursor at the escape's last character. */
function readEscape(cursor: Cursor): string {
  cursor.at++;
  const letter = cursor.text[cursor.at] ?? '';
  if (letter === '"' || letter === '\\' || letter === '/') return letter;
  const control = controlEscapes.get(letter);
  if (control !== undefined) return control;
  if (letter !== 'u') fail(cursor, 'one of " \\ / b f n r t u after a backslash');
  const digits = cursor.text.slice(cursor.at + 1, cursor.at + 5);
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) fail(cursor, 'four hexadecimal digits after \\u');
  cursor.at += 4;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function readNumber(cursor: Cursor): JsonNode | undefined {
  const pattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
  pattern.lastIndex = cursor.at;
  const text = pattern.exec(cursor.text)?.[0];
  if (text === undefined) return undefined;
  if (text.length > numberDigitsMax && text.replace(/[^0-9]/g, '').length > numberDigitsMax) {
    throw new UnreadableJsonError(`a number of more than ${numberDigitsMax} digits`, cursor.at);
  }
  cursor.at += text.length;
  return { kind: 'number', text };
}

function readLiteral(cursor: Cursor): JsonNode | undefined {
  for (const text of ['true', 'false', 'null']) {
    if (cursor.text.startsWith(text, cursor.at)) {
      cursor.at += text.length;
      return { kind: 'literal', text };
    }
  }
  return undefined;
}

function skipSpace(cursor: Cursor): void {
  for (; ; cursor.at++) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
  }
}

function take(cursor: Cursor, character: string): boolean {
  const found = cursor.text[cursor.at] === character;
  if (found) cursor.at++;
  return found;
}

function fail(cursor: Cursor, expected: string): never {
  const character = cursor.text[cursor.at];
  const found = character === undefined ? 'the end of the text' : JSON.stringify(character);
  throw new UnreadableJsonError(`expected ${expected}, found ${found}`, cursor.at);
}
