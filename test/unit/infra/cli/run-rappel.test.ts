// What the command line makes of its arguments, and what it says where they are wrong.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../../../infra/cli/commands.ts';
import { type AdminAnswer, answerAdmin } from './answer-admin.ts';
import { outputsOf, runCommand as run } from './run-command.ts';

const folder = mkdtempSync(join(tmpdir(), 'rappel-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fileOf = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

const dead = fileOf('dead.json', outputsOf('http://127.0.0.1:9/'));
const deployed = fileOf('deployed.json', outputsOf('https://abc.lambda-url.eu-west-3.on.aws/'));

describe('npx rappel', () => {
  it('names the type to publish where one was asked for that follows from it', async () => {
    const { code, errors } = await run('publish', 'candidate.hired', '--outputs', dead);

    expect(code).toBe(2);
    expect(errors).toContain('candidate.hired follows from candidate.moved: publish that.');
  });

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
    [
      ['tail', '--count', 'x'],
      '--count takes a whole number, 1 at least and 1000000 at most, and not x.',
    ],
    [
      ['tail', '--count', '0'],
      '--count takes a whole number, 1 at least and 1000000 at most, and not 0.',
    ],
    [
      ['listen', '--count', '0'],
      '--count takes a whole number, 1 at least and 1000000 at most, and not 0.',
    ],
    [
      ['publish', 'task.created', '--times', '0'],
      '--times takes a whole number, 1 at least and 1000 at most, and not 0.',
    ],
    [
      ['listen', '--port', '0', '--key', 'bad'],
      'A key is whsec_… of the subscription, or whpk_… where it signs with v1a.',
    ],
    [
      ['subscribe', 'https://a.example', '--settings', '{"url":"https://b.example"}'],
      '--settings takes no url and no event_types: say them as arguments.',
    ],
    [['--nope'], 'There is no command --nope: `npx rappel help` lists them.'],
    [['--nope', 'list'], 'There is no option --nope here. `npx rappel help` shows what there is.'],
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

it.each([
  [{ type: 'task.crated', data: {} }, /event\.json: type must be one of "candidate\.created", /],
  [[{ type: 'task.created', data: {}, company_id: 'x' }], /event\.json: 0\.company_id must be a/],
  [{ type: 'task.created', data: {}, companyId: 1 }, /event\.json: knows no "companyId"\./],
  [{ type: 'task.created', data: {}, timestamp: null }, /event\.json: timestamp must be /],
])('names what is wrong in the event file %j', async (content, sentence) => {
  const { code, errors } = await run('publish', fileOf('event.json', content), '--outputs', dead);

  expect(code).toBe(1);
  expect(errors).toMatch(sentence);
});

describe('with an admin URL', () => {
  let answer: AdminAnswer;
  const file = answerAdmin(() => answer);

  it('takes the outputs before the command, too', async () => {
    answer = { body: { subscriptions: [], next_cursor: null } };

    expect(await run('--outputs', file, '--json', 'list')).toEqual({
      code: 0,
      text: '{"subscriptions":[]}\n',
      errors: '',
    });
  });

  it('says so where what answers is not Rappel', async () => {
    answer = { type: 'text/html', body: '<p>It works!</p>' };

    const { code, errors } = await run('list', '--outputs', file);

    expect(code).toBe(1);
    expect(errors).toMatch(/answered 200 with what is no answer of Rappel: is it the admin URL\?/);
  });

  it.each([
    [400, 2],
    [409, 1],
  ])('ends a call that is answered %i with %i', async (status, code) => {
    answer = { status, type: 'application/problem+json', body: { title: 'No.' } };

    expect(await run('deliveries', 'sub_1', '--status', 'bogus', '--outputs', file)).toEqual({
      code,
      text: '',
      errors: 'No.\n',
    });
  });

  it('tells who recovers nothing that nothing had failed for good', async () => {
    answer = { body: { id: 'job_1', status: 'done', total: 0, done: 0 } };

    const { text } = await run('recover', 'sub_1', '--since', '2h', '--outputs', file);

    expect(text).toMatch(/\nNothing has failed for good; what is still waiting is tried by itself/);
  });

  it('says of an event that it is erased, and by what a pattern kept it from whom', async () => {
    const failed = [{ path: 'data.column.hired', expected: 'true', reason: 'differs' }];
    const event = { id: 'evt_1', type: 'candidate.moved', stored_at: 'then', deliveries: [] };
    const not_delivered = [{ subscription_id: 'sub_1', reason: 'filter', failed }];
    answer = { body: { ...event, erased: true, not_delivered } };

    const { text } = await run('show', 'evt_1', '--outputs', file);

    expect(text).toMatch(/^erased +for privacy$/m);
    expect(text).toMatch(/^sub_1 +filter +data\.column\.hired: true$/m);
  });

  it('tells no time of a delivery that waits for its receiver', async () => {
    const next_attempt_at = '2026-10-12T08:00:00.000Z';
    const delivery = { id: 'del_1', status: 'waiting', next_attempt_at, attempts: [] };
    answer = { body: { ...delivery, parked: true } };

    const { text } = await run('show', 'del_1', '--outputs', file);

    expect(text).toMatch(/^next try +when its receiver, or its limit, lets it$/m);
    expect(text).not.toContain(next_attempt_at);
  });

  it('begins a tail with the row that is longest unchanged', async () => {
    const rowOf = (id: string, created: number, updated: number) => ({
      id,
      status: 'delivered',
      event_type: 'task.created',
      attempt_count: 1,
      created_at: `2026-10-12T08:0${created}:00.000Z`,
      updated_at: `2026-10-12T08:0${updated}:00.000Z`,
    });
    const deliveries = [rowOf('del_2', 2, 3), rowOf('del_1', 1, 4)];
    answer = { body: { deliveries, next_cursor: null } };

    const { text } = await run('tail', 'sub_1', '--count', '2', '--outputs', file);

    expect(text.match(/del_\d/g)).toEqual(['del_2', 'del_1']);
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
