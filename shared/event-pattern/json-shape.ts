// One view of JSON for text and for parsed values. Text keeps what JSON.parse loses: a repeated
// key, and how a number is spelled.

/** Levels of arrays and objects, the outermost included: the limit of the engine's parser.
 *  https://javadoc.io/doc/com.fasterxml.jackson.core/jackson-core/latest/com/fasterxml/jackson/core/StreamReadConstraints.html */
export const nestingDepthMax = 1_000;

/** The text is not JSON from `offset` on, in UTF-16 units; the message says what was expected. */
export class UnreadableJsonError extends Error {
  override readonly name = 'UnreadableJsonError';
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export interface ScalarShape {
  readonly kind: 'string' | 'number' | 'literal';
  /** The string itself, the number as it is spelled, or `true`, `false`, `null`. */
  readonly text: string;
}

export interface ArrayShape<T> {
  readonly kind: 'array';
  readonly items: readonly T[];
}

export interface ObjectShape<T> {
  readonly kind: 'object';
  /** In order; a repeated key appears repeatedly. `items` has the value of each. */
  readonly keys: readonly string[];
  readonly items: readonly T[];
}

export type JsonShape<T> = ScalarShape | ArrayShape<T> | ObjectShape<T>;
export type JsonNode = ScalarShape | ArrayShape<JsonNode> | ObjectShape<JsonNode>;

/** A parsed value's shape, one level deep, so that only what a pattern names is ever looked at.
 *  What JSON.stringify would leave out or turn into null is left out or null here. Never throws for
 *  data. */
export function shapeOfValue(value: unknown): JsonShape<unknown> {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', text: value };
    case 'number':
      return Number.isFinite(value) ? { kind: 'number', text: String(value) } : jsonNull;
    case 'bigint':
      return { kind: 'number', text: String(value) };
    case 'boolean':
      return { kind: 'literal', text: String(value) };
    case 'object':
      if (value === null) return jsonNull;
      return Array.isArray(value) ? { kind: 'array', items: value } : objectShape(value);
    default:
      return jsonNull;
  }
}

/**
 * A parsed value as a tree, throughout.
 * @throws UnreadableJsonError where it is nested too deeply
 */
export function nodeOfValue(value: unknown, depth = 0): JsonNode {
  if (depth > nestingDepthMax) {
    throw new UnreadableJsonError(`nested more than ${nestingDepthMax} levels deep`, 0);
  }
  const shape = shapeOfValue(value);
  if (shape.kind === 'array' || shape.kind === 'object') {
    return { ...shape, items: shape.items.map((item) => nodeOfValue(item, depth + 1)) };
  }
  return shape;
}

/** The JSON text of a tree, with each number as it was spelled. */
export function jsonOfNode(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.text);
    case 'array':
      return `[${node.items.map(jsonOfNode).join(',')}]`;
    case 'object': {
      const members = node.keys.map(
        (key, i) => `${JSON.stringify(key)}:${jsonOfNode(node.items[i]!)}`,
      );
      return `{${members.join(',')}}`;
    }
    default:
      return node.text;
  }
}

const jsonNull: ScalarShape = { kind: 'literal', text: 'null' };

function objectShape(value: object): ObjectShape<unknown> {
  const keys = Object.keys(value);
  const items: unknown[] = Object.values(value);
  if (!items.some(isLeftOut)) return { kind: 'object', keys, items };
  return {
    kind: 'object',
    keys: keys.filter((_, i) => !isLeftOut(items[i])),
    items: items.filter((item) => !isLeftOut(item)),
  };
}

function isLeftOut(item: unknown): boolean {
  return item === undefined || typeof item === 'function' || typeof item === 'symbol';
}
