// Runs a snippet of the receivers page over deliveries, in a folder of its own, with what the machine has installed.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SnippetLanguage, Toolchain } from './snippet-languages.ts';

/** A callback as it reaches a receiver; a header that did not come is undefined. */
export interface Received {
  readonly secret: string;
  readonly id?: string;
  readonly timestamp?: string;
  readonly signature?: string;
  readonly body: Uint8Array;
}

/** `error`: the snippet refuses to work with such a secret. */
export type Judgement = 'accepted' | 'refused' | 'error';

export interface Installed {
  readonly toolchain: Toolchain;
  /** `PHP 8.2.36`. */
  readonly version: string;
}

/** The first toolchain of the language that this machine has. */
export const findToolchain = ({ toolchains }: SnippetLanguage): Installed | undefined => {
  for (const toolchain of toolchains) {
    const [command = '', ...parameters] = toolchain.version;
    const { status, stdout } = spawnSync(command, parameters, { encoding: 'utf8' });
    const [number = ''] = /\d+(\.\d+)+/.exec(stdout ?? '') ?? [];
    if (status === 0) return { toolchain, version: `${toolchain.name} ${number}`.trim() };
  }
  return undefined;
};

/** One judgement for each delivery. Throws with what the toolchain printed where it fails. */
export const runSnippet = (
  { files, prepare, run, environment }: Toolchain,
  deliveries: readonly Received[],
): Judgement[] => {
  const folder = mkdtempSync(join(tmpdir(), 'rappel-snippet-'));
  const call = ([command = '', ...parameters]: readonly string[], input = ''): string => {
    const { status, stdout, stderr, error } = spawnSync(command, parameters, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...environment },
      input,
    });
    if (status === 0) return stdout;
    throw new Error(`${command} ${parameters.join(' ')} failed: ${stderr || stdout}`, {
      cause: error,
    });
  };
  try {
    for (const [name, source] of Object.entries(files)) place(join(folder, name), source);
    if (prepare) call(prepare);
    const lines = deliveries.map(toLine).join('');
    return call(run, lines).trimEnd().split(/\r?\n/) as Judgement[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const place = (target: string, source: string | { readonly text: string }): void => {
  mkdirSync(dirname(target), { recursive: true });
  if (typeof source === 'string') copyFileSync(join(import.meta.dirname, source), target);
  else writeFileSync(target, source.text);
};

/** What the drivers read: text that every language splits without a library. */
const toLine = ({ secret, id = '-', timestamp = '-', signature = '-', body }: Received): string =>
  `${[secret, id, timestamp, signature, Buffer.from(body).toString('base64')].join('\t')}\n`;
