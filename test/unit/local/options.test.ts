// What `npm start` may be told, and the sentence on each thing that it may not.
import { describe, expect, it } from 'vitest';
import { environmentOf, readOptions, usage } from '../../../infra/local/options.ts';
import { UsageError } from '../../../infra/local/start-error.ts';

const refusalOf = (...argv: string[]): string => {
  try {
    readOptions(argv);
  } catch (refusal) {
    if (refusal instanceof UsageError) return refusal.message;
    throw refusal;
  }
  return 'taken';
};

describe('without arguments', () => {
  it('the demo runs and the stack stays, on the usual ports', () => {
    expect(readOptions([])).toEqual({
      help: false,
      once: false,
      demo: true,
      loopback: true,
      port: 4566,
      adminPort: 4567,
    });
  });
});

describe('an option', () => {
  it.each([
    [['--help'], { help: true }],
    [['-h'], { help: true }],
    [['--once'], { once: true }],
    [['--no-demo'], { demo: false }],
    [['--port', '0', '--admin-port=0'], { port: 0, adminPort: 0 }],
    [['--data', 'some/folder'], { dataFolder: 'some/folder' }],
    [['--no-loopback'], { loopback: false, demo: false }],
    [['--retry-schedule', '1,1.5,2'], { retrySchedule: [1, 1.5, 2] }],
    [['--sweep-seconds', '1'], { sweepSeconds: 1 }],
  ])('%s is taken', (argv, expected) => {
    expect(readOptions(argv)).toMatchObject(expected);
  });

  it('is named by the usage, whichever there is', () => {
    const named = Array.from(usage.matchAll(/^ {2}--([a-z-]+)/gm), ([, name]) => name!);

    const unknown = named.filter((name) => refusalOf(`--${name}`).startsWith('There is no option'));

    expect(named).toHaveLength(9);
    expect(unknown).toEqual([]);
  });
});

describe('the functions', () => {
  it('run with --no-loopback exactly as deployed: nothing of their environment differs', () => {
    expect(environmentOf(readOptions(['--no-loopback']))).toEqual({});
  });

  it('may call this machine otherwise, and retry as --retry-schedule says', () => {
    expect(environmentOf(readOptions(['--retry-schedule', '1,1,2']))).toEqual({
      CALLBACK_ALLOW_LIST: 'http://127.0.0.1:*,http://localhost:*',
      RETRY_DELAYS_MS: '1000,1000,2000',
    });
  });
});

describe('what is refused', () => {
  it.each([
    [['--prot', '1'], 'There is no option --prot'],
    [['--once=yes'], '--once takes no value'],
    [['5000'], '5000 is no option, nor the value of one'],
    [['--port'], '--port takes a port number, from 0 to 65535'],
    [['--port', '65536'], '--port takes a port number, from 0 to 65535'],
    [['--port', ''], '--port takes a port number, from 0 to 65535'],
    [['--admin-port', '-1'], '--admin-port takes a port number, from 0 to 65535'],
    [['--data'], '--data takes a folder'],
    [['--data', '--once'], '--data takes a folder'],
    [['--retry-schedule', '1,,2'], '--retry-schedule takes seconds separated by commas'],
    [['--retry-schedule', '1,0'], '--retry-schedule has a wait of 0 s; each must last 1 s to 24 h'],
    [['--retry-schedule', '1,86401'], '--retry-schedule has a wait of 86401 s'],
    [['--retry-schedule', '1,'.repeat(50) + 1], '--retry-schedule has 51 waits'],
    [['--sweep-seconds', '604801'], '--sweep-seconds takes seconds, from 1 to 604800'],
    [['--sweep-seconds', '0'], '--sweep-seconds takes seconds, from 1 to 604800'],
    [['--once', '--no-demo'], '--once runs the demo and --no-demo leaves it out'],
    [['--once', '--no-loopback'], '--no-loopback refuses callbacks to it'],
    [['--port', '5000', '--admin-port', '5000'], '--port and --admin-port are both 5000'],
  ])('%s: a sentence says what is right', (argv, sentence) => {
    const refusal = refusalOf(...argv);

    expect(refusal).toContain(sentence);
    expect(refusal).toMatch(/^[^\n]+\.$/);
  });
});
