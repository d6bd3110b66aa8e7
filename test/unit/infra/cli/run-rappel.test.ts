// What the command line makes of its arguments, and what it says where they are wrong.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../../../infra/cli/commands.ts';
import { runRappel } from '../../../../infra/cli/run-rappel.ts';

const folder = mkdtempSync(join(tmpdir(), 'rappel-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const outputs = (adminUrl: string) => ({
  Rappel: {
    AdminUrl: adminUrl,
    AlarmTopicArn: 'arn:aws:sns:eu-west-3:000000000000:topic',
    DeliveryQueueUrl: 'http://127.0.0.1:9/000000000000/Rappel-deliveries',
    EventBusName: 'Rappel-events',
  },
});

const run = async (...argv: string[]) => {
  let text = '';
  let errors = '';
  const code = await runRappel(argv, {
    env: {},
    stopped: new AbortController().signal,
    isTerminal: false,
    write: (more) => {
      text += more;
    },
    writeError: (more) => {
      errors += more;
    },
    now: () => new Date('2026-10-12T08:15:00Z'),
    newKey: () => 'key',
  });
  return { code, text, errors };
};

const dead = fileOf('dead.json', outputs('http://127.0.0.1:9/'));
const deployed = fileOf('deployed.json', outputs('https://abc.lambda-url.eu-west-3.on.aws/'));

describe('npx rappel', () => {
  it('names every command where it is asked for help, or for nothing', async () => {
    const { code, text } = await run();

    expect(code).toBe(0);
    for (const name of Object.keys(commands)) expect(text).toContain(`\n  ${name}`);
    expect(await run('list', '--help')).toEqual({ code, text, errors: '' });
  });

  it.each([
    [['lsit'], 'There is no command lsit: `npx rappel help` lists them.'],
    [['toString'], 'There is no command toString: `npx rappel help` lists them.'],
    [['list', '--jsn'], 'There is no option --jsn here. `npx rappel help` shows what there is.'],
    [['list', '--company'], '--company takes a value. `npx rappel help` shows what there is.'],
    [['list', '--json=yes'], '--json takes no value. `npx rappel help` shows what there is.'],
    [['show'], 'Say it as: npx rappel show ID|last'],
    [['show', 'one', 'two'], 'Say it as: npx rappel show ID|last'],
    [['recover', 'sub_1'], 'Since when? Say npx rappel recover SUBSCRIPTION --since 2h'],
    [
      ['recover', 'sub_1', '--since', 'noon'],
      'noon is no time: say 30m, 2h, 3d, or 2026-10-12T08:15:00Z.',
    ],
    [
      ['list', '--company', '0', '--outputs', dead],
      '0 is no company: --company takes its number, such as 318.',
    ],
    [['list', '--outputs', deployed], 'Which company? Say --company 318, or set RAPPEL_COMPANY.'],
    [['tail', '--count', 'x'], '--count takes a whole number, 1000000 at most; x is none.'],
    [
      ['subscribe', 'https://a.example', '--settings', '[]'],
      '--settings takes a JSON object, such as {"hired_only":true}.',
    ],
  ])('refuses %j with 2, and says what would be right', async (argv, sentence) => {
    const stack = argv.includes('--outputs') ? [] : ['--outputs', dead];

    expect(await run(...argv, ...stack)).toEqual({ code: 2, text: '', errors: `${sentence}\n` });
  });

  it.each([
    [
      'nothing answers',
      dead,
      /^Nothing answers at http:\/\/127\.0\.0\.1:9\/: start it by `npm start`/,
    ],
    ['there is no file', join(folder, 'none.json'), /none\.json cannot be read; --outputs takes/],
    ['the file is no JSON', fileOf('text.json', 'text'), /text\.json is no JSON; --outputs takes/],
    [
      'the file is of another stack',
      fileOf('other.json', { Other: { A: 'b' } }),
      /other\.json has no outputs of Rappel/,
    ],
  ])('fails with 1 where %s', async (_, file, sentence) => {
    const { code, errors } = await run('list', '--outputs', file);

    expect(code).toBe(1);
    expect(errors).toMatch(sentence);
  });
});

describe('completion', () => {
  const complete = async (...words: string[]) => {
    const { text } = await run('completion');
    const line = `COMP_WORDS=(${words.join(' ')} ''); COMP_CWORD=${words.length}`;
    const script = `${text}\n${line}; _rappel; echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.trim().split(' ');
  };

  it('offers every command, and of each its options and event types', async () => {
    expect(await complete('npx', 'rappel')).toEqual([...Object.keys(commands), 'help']);
    expect(await complete('rappel', 'recover')).toEqual(
      expect.arrayContaining(['--since', '--no-wait', '--json']),
    );
    expect(await complete('npx', 'rappel', 'listen')).toEqual(
      expect.arrayContaining(['--answer', 'candidate.hired']),
    );
    expect(await complete('npx', 'cdk')).toEqual(['']);
  });
});

describe('verify', () => {
  // The example of the specification. https://github.com/standard-webhooks/standard-webhooks
  const body = fileOf('body', '{"test": 2432232314}');
  const argv = [
    ...['verify', body, '--key', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ...['--id', 'msg_p5jXN8AQM9LWM0D4loKWxJek', '--timestamp', '1614265330'],
  ];
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  it('takes the example of the specification, and says how old it is', async () => {
    const { code, text } = await run(...argv, '--signature', signature, '--json');

    expect([code, JSON.parse(text)]).toEqual([0, { valid: true, age_seconds: 177_527_570 }]);
  });

  it('ends with 1 where the signature does not fit', async () => {
    expect(await run(...argv, '--signature', signature.replace('g', 'h'))).toMatchObject({
      code: 1,
      text: expect.stringMatching(/^NOT VALID: /),
    });
  });
});
