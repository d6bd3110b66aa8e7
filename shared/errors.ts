// Faults, each with a stable code. What a receiver answers is never one of them: that is an outcome.
import type { DeadLetterCode } from './dead-letter.ts';

/** A literal `name` in each class: minifiers rename classes. `code` is what alarms, logs and the runbook say. */
export abstract class RappelError extends Error {
  abstract override readonly name: string;
  abstract readonly code: string;
}

/** An environment variable is missing or wrong: thrown at cold start, a function never runs half-configured. */
export class ConfigError extends RappelError {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG';
}

/** A message that no retry can mend: it goes to the dead letters at once, with this code and sentence. */
export class PoisonError extends RappelError {
  override readonly name = 'PoisonError';
  readonly code: DeadLetterCode;

  constructor(code: DeadLetterCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** AWS accepted a request and did part of it. Left to the queue, after the SDK's own retries. */
export class PartialFailureError extends RappelError {
  override readonly name = 'PartialFailureError';
  readonly code = 'PARTIAL_FAILURE';
}

/** Two writers met on one row more often than chance allows. Left to the queue. */
export class ConflictError extends RappelError {
  override readonly name = 'ConflictError';
  readonly code = 'CONFLICT';
}
