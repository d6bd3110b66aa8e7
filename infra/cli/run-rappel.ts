// One command from its arguments to its exit code: 0, 1 for what failed, 2 for what was said wrong.
import { CommandError, UsageError } from './command-error.ts';
import { commands } from './commands.ts';
import { describeCommands, readCommand } from './read-command.ts';
import { openStack, readStackOutputs, type StackAccess } from './stack-access.ts';

export interface RappelDeps {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stopped: AbortSignal;
  readonly isTerminal: boolean;
  write(text: string): void;
  writeError(text: string): void;
  now(): Date;
  newKey(): string;
}

/** The company of the samples: what local mode's own demo uses. */
const sampleCompanyId = 318;

export const runRappel = async (argv: readonly string[], deps: RappelDeps): Promise<number> => {
  let answeredBy: string | undefined;
  try {
    const given = readCommand(commands, argv);
    if (given === undefined) {
      deps.write(`${describeCommands(commands)}\n`);
      return 0;
    }
    const { command, values } = given;
    let opened: StackAccess | undefined;
    const open = (): StackAccess => {
      if (opened !== undefined) return opened;
      const outputs = readStackOutputs(values.outputs as string | undefined);
      const stack = openStack(outputs, deps.newKey);
      const request: StackAccess['request'] = async (...call) => {
        const body = await stack.request(...call);
        answeredBy = outputs.AdminUrl;
        return body as never;
      };
      opened = { ...stack, request };
      return opened;
    };
    const code = await command.run(
      {
        json: values.json === true,
        stopped: deps.stopped,
        isTerminal: deps.isTerminal,
        openStack: open,
        companyId: () =>
          readCompanyId((values.company as string | undefined) ?? deps.env.RAPPEL_COMPANY, open),
        print: (line) => deps.write(`${line}\n`),
        write: deps.write,
        now: deps.now,
      },
      given,
    );
    return code ?? 0;
  } catch (error) {
    const told = answeredBy === undefined ? error : unreadable(answeredBy, error);
    if (!(told instanceof CommandError)) throw error;
    deps.writeError(`${told.message}\n`);
    return told instanceof UsageError ? 2 : 1;
  }
};

/** What a command stumbles over in an answer that is JSON, but not what was asked for. */
const unreadable = (adminUrl: string, error: unknown): unknown =>
  error instanceof TypeError
    ? new CommandError(
        `${adminUrl} answered with what is no answer of Rappel (${error.message}): is it the admin URL of a stack of this version?`,
        { cause: error },
      )
    : error;

const readCompanyId = (text: string | undefined, open: () => StackAccess): number => {
  if (text === undefined && open().isLocal) return sampleCompanyId;
  if (text === undefined) {
    throw new UsageError('Which company? Say --company 318, or set RAPPEL_COMPANY.');
  }
  if (!/^[1-9]\d{0,14}$/.test(text)) {
    throw new UsageError(`${text} is no company: --company takes its number, such as 318.`);
  }
  return Number(text);
};
