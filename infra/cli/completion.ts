// What a shell needs to complete `npx rappel …` by the Tab key, made of the table of commands.
import { eventTypes } from '../../shared/event-types.ts';
import { type Commands, everywhere } from './read-command.ts';
import type { Command } from './session.ts';

/** @param commands the whole table, this command among them */
export const completion = (commands: () => Commands): Command => ({
  usage: 'completion',
  summary: 'a script that completes commands in bash and zsh: eval "$(npx rappel completion)"',
  takes: [0, 0],
  run: async (session) => session.print(scriptOf(commands())),
});

/** `npx` is completed for `rappel` alone; all else that it runs keeps the names of files. */
const scriptOf = (
  commands: Commands,
): string => `# zsh: first autoload -U bashcompinit && bashcompinit
_rappel() {
  local at=1 choices
  COMPREPLY=()
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    [ "\${COMP_WORDS[1]}" = rappel ] || return 0
    at=2
  fi
  if [ "$COMP_CWORD" -eq "$at" ]; then
    choices="${[...Object.keys(commands), 'help'].join(' ')}"
  else
    case "\${COMP_WORDS[at]}" in
${Object.entries(commands)
  .map(([name, command]) => `      ${name}) choices="${choicesOf(command).join(' ')}" ;;`)
  .join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$choices" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _rappel npx rappel`;

const choicesOf = ({ usage, options }: Command): string[] => [
  ...Object.keys({ ...options, ...everywhere }).map((name) => `--${name}`),
  ...(usage.includes('TYPE') || options?.type ? Object.keys(eventTypes) : []),
];
