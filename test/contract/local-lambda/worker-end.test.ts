// How invocations go wrong: throws, time-outs, exits, lost workers; and that nothing else is harmed by it.
import { expect, it } from 'vitest';
import { functionOf, listen, runFunctions } from './function-fixture.ts';

/** A handler that does as its event says, and counts its calls. */
const obedient = `
  let calls = 0;
  const acts = {
    throw: () => { throw new TypeError('odd'); },
    throwText: () => { throw 'odd'; },
    exit: (status) => process.exit(status),
    reject: () => { Promise.reject(new RangeError('late')); return new Promise(() => {}); },
    fault: () => { setImmediate(() => { throw new RangeError('late'); }); return new Promise(() => {}); },
    spin: () => { for (;;); },
    hang: () => new Promise(() => {}),
    hoard: () => { const all = []; for (;;) all.push({ x: [1] }); },
  };
  export const handler = async ({ act, of } = {}) => {
    calls += 1;
    if (act) await acts[act](of);
    return calls;
  };`;

it.each([
  ['throw', undefined, 'TypeError: odd'],
  ['throwText', undefined, 'string: odd'],
])('keeps the worker after a %s', async (act, of, error) => {
  const fn = functionOf(obedient);
  const { runner } = runFunctions([fn]);

  const failed = await runner.invoke(fn.arn, { act, of });
  const next = await runner.invoke(fn.arn, {});

  expect(failed).toMatchObject({ kind: 'failed', error });
  expect(next).toMatchObject({ kind: 'returned', value: 2 });
});

it.each([
  [
    'exit',
    3,
    /^Runtime.ExitError: RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
  ],
  [
    'exit',
    0,
    /^Runtime.ExitError: RequestId: .* Error: Runtime exited without providing a reason$/,
  ],
  ['reject', undefined, /^Runtime.UnhandledPromiseRejection: RangeError: late$/],
  ['fault', undefined, /^RangeError: late$/],
  ['spin', undefined, /Task timed out after 1.00 seconds$/],
  ['hang', undefined, /^Sandbox.Timedout: RequestId: .* Task timed out after 1.00 seconds$/],
  ['hoard', undefined, /^Runtime.OutOfMemory: Error: Runtime exited with error: signal: killed/],
])('replaces the worker after: %s %s', async (act, of, error) => {
  // A full heap takes a moment to fill; the others end by themselves or are meant to time out.
  const fn = functionOf(obedient, { timeoutSeconds: act === 'hoard' ? 20 : 1, memoryMb: 64 });
  const { runner } = runFunctions([fn]);

  const failed = await runner.invoke(fn.arn, { act, of });
  const next = await runner.invoke(fn.arn, {});

  expect(failed).toMatchObject({ kind: 'failed', error: expect.stringMatching(error) });
  expect(next).toMatchObject({ kind: 'returned', value: 1 });
});

it('keeps the lines that were written before an exit', async () => {
  const fn = functionOf(`export const handler = async () => {
    console.log('last words');
    process.stdout.write('half a line');
    process.exit(1);
  };`);
  const { runner, lines } = runFunctions([fn]);

  await runner.invoke(fn.arn, {});

  expect(lines()).toEqual(['last words', 'half a line', expect.stringContaining('exit status 1')]);
});

it('reports a worker that ends between two calls, and starts another', async () => {
  const fn = functionOf(`
    let calls = 0;
    export const handler = async ({ url } = {}) => {
      if (url) void fetch(url).then(() => { throw new Error('too late'); });
      calls += 1;
      return calls;
    };`);
  const troubled = Promise.withResolvers<string>();
  const { runner } = runFunctions([fn], {
    observe: (each) => each.kind === 'trouble' && troubled.resolve(each.text),
  });
  const asked = Promise.withResolvers<() => void>();
  const url = await listen((_, response) => asked.resolve(() => void response.end()));

  await runner.invoke(fn.arn, { url });
  const throwNow = await asked.promise;
  throwNow();
  const text = await troubled.promise;
  const next = await runner.invoke(fn.arn, {});

  expect(text).toContain('Function fan-out: An idle environment ended. Error: too late');
  expect(next).toMatchObject({ value: 1 });
});

it('ends the worker of one call in the midst of a request, and no other', async () => {
  const fn = functionOf(`export const handler = async ({ url }) => {
    const answer = await fetch(url, { headers: { token: process.env.AWS_SESSION_TOKEN } });
    return answer.text();
  };`);
  const { runner } = runFunctions([fn]);
  const arrivals: { token: string; answer: () => void }[] = [];
  const both = Promise.withResolvers<void>();
  const url = await listen((request, response) => {
    arrivals.push({ token: String(request.headers.token), answer: () => response.end('done') });
    if (arrivals.length === 2) both.resolve();
  });

  const calls = [runner.invoke(fn.arn, { url }), runner.invoke(fn.arn, { url })];
  await both.promise;
  const ended = await runner.endWorkers('fan-out', arrivals[0]?.token);
  arrivals[1]?.answer();
  const results = await Promise.all(calls);

  expect(ended).toBe(1);
  expect(results.map(({ kind }) => kind).sort()).toEqual(['failed', 'returned']);
  expect(results.find(({ kind }) => kind === 'failed')).toMatchObject({
    error: expect.stringContaining('Runtime exited with error: signal: killed'),
  });
});

it('ends nothing when no worker of the function runs a call', async () => {
  const fn = functionOf(obedient);
  const { runner } = runFunctions([fn]);
  await runner.invoke(fn.arn, {});

  const ended = await runner.endWorkers('fan-out');
  const next = await runner.invoke(fn.arn, {});

  expect(ended).toBe(0);
  expect(next).toMatchObject({ value: 2 });
});

it('fails the calls under way and all later ones when it is closed', async () => {
  const fn = functionOf(obedient);
  const { runner } = runFunctions([fn], { prewarm: 1 });
  await runner.prewarmed;

  const hanging = runner.invoke(fn.arn, { act: 'hang' });
  await runner.close();
  const results = [await hanging, await runner.invoke(fn.arn, {})];

  expect(results).toMatchObject([
    { kind: 'failed', error: expect.stringContaining('signal: killed') },
    { kind: 'failed', error: 'Runtime.ExitError: the function runner is closed' },
  ]);
});
