// One JSON line per unit of work, written to standard output as it is: Lambda's own console would wrap it.

/** Ids, counts, milliseconds, codes. Never a payload, a secret, or more of a callback's URL than its host. */
export type LogLine = { readonly event: string } & Readonly<
  Record<string, string | number | boolean | undefined>
>;

export type Log = (line: LogLine) => void;

export const log: Log = (line) => {
  writeLine(JSON.stringify({ at: new Date().toISOString(), ...line }));
};

export const writeLine = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** What of an unknown error may be logged: AWS's errors name the action and the table, never an item. */
export const errorFields = (error: unknown): { errorName: string; errorMessage: string } =>
  error instanceof Error
    ? { errorName: error.name, errorMessage: error.message }
    : { errorName: 'Unknown', errorMessage: String(error) };
