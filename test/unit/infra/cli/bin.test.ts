// `npx rappel` itself: the file that npm runs, and the code that it ends with.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../../../package.json' with { type: 'json' };

it('runs from any folder, and ends with the code of the command', () => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', packageJson.bin.rappel);

  const { status, stderr } = spawnSync(file, ['lsit'], { cwd: '/', encoding: 'utf8' });

  expect([status, stderr]).toEqual([
    2,
    'There is no command lsit: `npx rappel help` lists them.\n',
  ]);
});

it('reads a body from standard input', () => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', packageJson.bin.rappel);
  const given = ['--key', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', '--timestamp', '1614265330'];
  const signed = [
    ...['--id', 'msg_p5jXN8AQM9LWM0D4loKWxJek'],
    ...['--signature', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
  ];

  const { status, stdout } = spawnSync(file, ['verify', '-', ...given, ...signed], {
    input: '{"test": 2432232314}',
    encoding: 'utf8',
  });

  expect([status, stdout]).toEqual([0, expect.stringMatching(/^Valid\. /)]);
});

it('ends with 1 where what it prints cannot be written', () => {
  const file = join(import.meta.dirname, '..', '..', '..', '..', packageJson.bin.rappel);

  const { status } = spawnSync('sh', ['-c', '"$0" help > /dev/full', file], { encoding: 'utf8' });

  expect(status).toBe(1);
});
