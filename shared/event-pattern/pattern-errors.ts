// Why a pattern is refused, and why an event cannot be judged by one.
import { RappelError } from '../errors.ts';
import { UnreadableJsonError } from './json-shape.ts';

/** Where a text stops being JSON. `offset` counts UTF-16 units from 0, the others from 1. */
export interface TextPosition {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A pattern that EventBridge would refuse too. The message starts with the place, then says what
 *  is wrong and what would be right; it is written for whoever wrote the pattern. */
export class InvalidPatternError extends RappelError {
  override readonly name = 'InvalidPatternError';
  readonly code = 'INVALID_PATTERN';
  /** The place in the pattern, such as `$.detail.status[0]`; `$` when the text is not JSON. */
  readonly path: string;
  /** Only when the text is not JSON. */
  readonly position?: TextPosition;

  constructor(path: string, problem: string, position?: TextPosition) {
    const place = position ? `line ${position.line}, column ${position.column}` : path;
    super(`${place}: ${problem}`);
    this.path = path;
    this.position = position;
  }
}

/** An event that no pattern can judge: not a JSON object, nested too deeply, or made to exhaust us.
 *  Thrown, as AWS's engine does: "no match" would lose such an event silently. */
export class UnmatchableEventError extends RappelError {
  override readonly name = 'UnmatchableEventError';
  readonly code = 'UNMATCHABLE_EVENT';
}

/** Runs `read`, and tells whoever wrote the pattern where its text or value stops being JSON. */
export function readingPattern<T>(pattern: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableJsonError)) throw error;
    const position = typeof pattern === 'string' ? positionIn(pattern, error.offset) : undefined;
    throw new InvalidPatternError('$', error.message, position);
  }
}

/** Runs `read`, and turns what is not JSON into an event that cannot be judged. */
export function readingEvent<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnreadableJsonError)) throw error;
    const reason = `the event is not JSON at offset ${error.offset}: ${error.message}`;
    throw new UnmatchableEventError(reason, { cause: error });
  }
}

function positionIn(text: string, offset: number): TextPosition {
  const lines = text.slice(0, offset).split('\n');
  return { offset, line: lines.length, column: lines.at(-1)!.length + 1 };
}
