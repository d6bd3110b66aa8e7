// What a command is given: its arguments, the stack it talks to, and where to print.
import type { StackAccess } from './stack-access.ts';

export interface Session {
  /** For machines: one JSON document, or one a line for what goes on. For people otherwise. */
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly stopped: AbortSignal;
  /** Whether a line that is shown can be written over. */
  readonly isTerminal: boolean;
  /** @throws CommandError where there are no outputs of a stack */
  openStack(): StackAccess;
  /** @throws UsageError where none is said and the stack is deployed */
  companyId(): number;
  print(line: string): void;
  /** Without a line break, as it is. */
  write(text: string): void;
  now(): Date;
}

/** Prints for machines or for people. */
export const printResult = (session: Session, value: unknown, people: () => string): void =>
  session.print(session.json ? JSON.stringify(value) : people());

export interface CommandArguments {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
}

export interface Command {
  /** What follows `rappel`: `show ID`. */
  readonly usage: string;
  readonly summary: string;
  /** How many positional arguments it takes: at least, at most. */
  readonly takes: readonly [number, number];
  /** Its own options: what each takes and does; a `boolean` takes nothing. */
  readonly options?: Readonly<Record<string, { type: 'string' | 'boolean'; about: string }>>;
  /** Resolves to the exit code; nothing is 0. */
  // biome-ignore lint/suspicious/noConfusingVoidType: most commands have no code to give
  run(session: Session, given: CommandArguments): Promise<number | void>;
}
