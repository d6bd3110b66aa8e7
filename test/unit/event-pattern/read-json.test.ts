// Our JSON reader against JSON.parse, and what it keeps beyond it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type JsonNode,
  jsonOfNode,
  nodeOfValue,
  UnreadableJsonError,
} from '../../../shared/event-pattern/json-shape.ts';
import { readJson } from '../../../shared/event-pattern/read-json.ts';

function read(text: string): JsonNode | UnreadableJsonError {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof UnreadableJsonError) return error;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A text that is nearly JSON: valid, with a few characters changed. */
const nearlyJson = fc
  .tuple(
    fc.json(),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '',
          ',',
          '"',
          '\\',
          '0',
          '-',
          '.',
          'e',
          '[',
          '}',
          '\n',
          ' ',
          '\u0001',
          '\u00a0',
          '\\u0',
          'true',
        ),
      ),
    ),
  )
  .map(([json, edits]) =>
    edits.reduce((text, [at, edit]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + edit + text.slice(place + 1);
    }, json),
  );

describe('readJson', () => {
  it('reads what JSON.parse reads, and writes it back', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t', '\r'), (json, space) => {
        const node = readJson(space + json + space);

        expect(JSON.parse(jsonOfNode(node))).toEqual(JSON.parse(json));
      }),
    );
  });

  it('refuses what JSON.parse refuses, whatever follows', () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        const beginnings = Array.from({ length: text.length }, (_, i) => text.slice(0, i + 1));

        const node = read(text);

        expect(!(node instanceof UnreadableJsonError)).toBe(beginnings.some(isJson));
        if (node instanceof UnreadableJsonError)
          expect(node.offset).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps repeated keys and the spelling of numbers', () => {
    const node = readJson('{"a": 5.0, "a": 1E309}');

    expect(node).toEqual({
      kind: 'object',
      keys: ['a', 'a'],
      items: [
        { kind: 'number', text: '5.0' },
        { kind: 'number', text: '1E309' },
      ],
    });
  });

  it('decodes escapes, lone surrogates included', () => {
    const node = readJson('"\\u00e9\\n\\/\\ud800x\\uD83D\\uDE00"');

    expect(node).toEqual({ kind: 'string', text: '\u00e9\n/\ud800x😀' });
  });

  it('stops after the first value', () => {
    const node = readJson('{} and so on');

    expect(node).toEqual({ kind: 'object', keys: [], items: [] });
  });

  it('reads a thousand levels and a thousand digits, and no more', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

    expect(read(deep(1_000))).toMatchObject({ kind: 'array' });
    expect(read(deep(1_001))).toBeInstanceOf(UnreadableJsonError);
    expect(read(`-0.${'1'.repeat(999)}`)).toMatchObject({ kind: 'number' });
    expect(read(`-0.${'1'.repeat(1_000)}`)).toBeInstanceOf(UnreadableJsonError);
  });
});

describe('nodeOfValue', () => {
  it('sees a value as its JSON text would be read', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(nodeOfValue(value)).toEqual(readJson(JSON.stringify(value)));
      }),
    );
  });
});
