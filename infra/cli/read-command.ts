// The arguments of a command line, held to what the command takes.
import { parseArgs } from 'node:util';
import { UsageError } from './command-error.ts';
import type { Command, CommandArguments } from './session.ts';

export interface GivenCommand extends CommandArguments {
  readonly command: Command;
}

export type Commands = Readonly<Record<string, Command>>;

/** Options that every command takes. */
export const everywhere = {
  company: {
    type: 'string',
    about: 'N  whose; also RAPPEL_COMPANY; in local mode 318 if not said',
  },
  json: { type: 'boolean', about: 'for machines' },
  outputs: {
    type: 'string',
    about:
      'FILE  the stack: .local/outputs.json of npm start if it is there, else cdk-outputs.json',
  },
  help: { type: 'boolean', about: 'print this' },
} as const;

/**
 * Undefined where help is asked for.
 * @throws UsageError naming what is wrong
 */
export const readCommand = (
  commands: Commands,
  argv: readonly string[],
): GivenCommand | undefined => {
  const { name, rest } = splitAtCommand(argv);
  if (name === 'help' || rest[0] === '--help' || rest[0] === '-h') return undefined;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    throw new UsageError(`There is no command ${name}: \`npx rappel help\` lists them.`);
  }
  const { values, positionals } = parse(command, rest);
  if (values.help) return undefined;
  const [least, most] = command.takes;
  if (positionals.length < least || positionals.length > most) {
    throw new UsageError(`Say it as: npx rappel ${command.usage}`);
  }
  return { command, values, positionals };
};

/** What is taken everywhere may be said before the command, too. */
const splitAtCommand = (argv: readonly string[]): { name: string; rest: string[] } => {
  let at = 0;
  while (argv[at]?.startsWith('-')) {
    const option = argv[at]!.slice(2);
    const takesValue =
      Object.hasOwn(everywhere, option) &&
      everywhere[option as keyof typeof everywhere].type === 'string';
    at += takesValue ? 2 : 1;
  }
  return { name: argv[at] ?? argv[0] ?? 'help', rest: argv.toSpliced(at, 1) };
};

const parse = (command: Command, args: readonly string[]): CommandArguments => {
  const options = { ...everywhere, ...command.options };
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name)
      ? options[token.name as keyof typeof options]
      : undefined;
    if (option === undefined) {
      throw new UsageError(`There is no option ${token.rawName} here. ${lookUp}`);
    }
    const takesValue = option.type === 'string';
    const hasValue =
      token.value !== undefined && (token.inlineValue || !token.value.startsWith('-'));
    if (takesValue !== hasValue) {
      throw new UsageError(`${token.rawName} takes ${takesValue ? 'a' : 'no'} value. ${lookUp}`);
    }
  }
  return { values: values as CommandArguments['values'], positionals };
};

const lookUp = '`npx rappel help` shows what there is.';

/** Every command, with its options. */
export const describeCommands = (commands: Commands): string => {
  const lines = Object.values(commands).flatMap(({ usage, summary, options = {} }) => [
    `  ${usage}`,
    `      ${summary}`,
    ...Object.entries(options).map(([name, { about }]) => `      --${name} ${about}`),
  ]);
  const common = Object.entries(everywhere).map(([name, { about }]) => `  --${name} ${about}`);
  return ['npx rappel COMMAND [options]', '', ...lines, '', 'Everywhere:', ...common].join('\n');
};

/** A whole number that an option says, 1 or more if not told otherwise. @throws UsageError */
export const readCount = (
  { values }: CommandArguments,
  name: string,
  most: number,
  least = 1,
): number | undefined => {
  const text = values[name];
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(String(text)) || Number(text) > most || Number(text) < least) {
    throw new UsageError(
      `--${name} takes a whole number, ${least} at least and ${most} at most, and not ${text}.`,
    );
  }
  return Number(text);
};
