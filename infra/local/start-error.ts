// What keeps local mode from running: told to the person at the keyboard, not traced.

/** Its message says what is wrong and how to mend it. The command prints it and ends with 1. */
export class StartError extends Error {
  override readonly name: string = 'StartError';
  readonly code: string = 'START';
}

/** Of arguments that the command does not take. It ends with 2. */
export class UsageError extends StartError {
  override readonly name = 'UsageError';
  override readonly code = 'USAGE';
}

/** Of a part of the data folder that is no store of ours, whatever it is instead. */
export const unopened = (folder: string | undefined, cause: unknown): StartError => {
  const { message } = ((cause as Error).cause ?? cause) as { message: string };
  return new StartError(
    `${folder} cannot be opened (${message}): start with another data folder, or without what is in this one.`,
    { cause },
  );
};
