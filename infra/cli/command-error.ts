// What ends a command before its time: told in a sentence to the person at the keyboard, not traced.

/** Its message says what is wrong and what would be right. The command prints it and ends with 1. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly code: string = 'COMMAND';
}

/** Of arguments that the command does not take. It ends with 2. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';
  override readonly code = 'USAGE';
}
