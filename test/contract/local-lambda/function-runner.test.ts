// The function runner with real workers: what a function sees, gives back and leaves behind.
import { writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle, functionOf, listen, runFunctions } from './function-fixture.ts';

const counter = `
  let calls = 0;
  export const handler = async () => { calls += 1; return calls; };`;

describe('events and results', () => {
  it.each([
    ['an object', { a: [1, 'é', null] }, { a: [1, 'é', null] }],
    ['nothing', undefined, null],
    ['a date, as text', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an object without its undefined fields', { a: undefined, b: 1 }, { b: 1 }],
  ])('pass as JSON text: %s', async (_, event, expected) => {
    const fn = functionOf('export const handler = async (event) => event;');
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, event);

    expect(result).toMatchObject({ kind: 'returned', value: expected });
  });

  it('gives null for a handler that returns nothing', async () => {
    const fn = functionOf('export const handler = () => {};');
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, {});

    expect(result).toMatchObject({ kind: 'returned', value: null });
  });

  it('fails a result that JSON cannot hold', async () => {
    const fn = functionOf('export const handler = async () => 1n;');
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, {});

    expect(result).toMatchObject({
      kind: 'failed',
      error: 'Runtime.MarshalError: Unable to stringify response body',
    });
  });

  it('refuses an event over 6 MB and fails a result over it', async () => {
    const fn = functionOf(`export const handler = async ({ size }) => 'x'.repeat(size);`);
    const { runner } = runFunctions([fn]);

    const largest = await runner.invoke(fn.arn, { size: 6 * 1024 * 1024 });
    const result = await runner.invoke(fn.arn, { size: 6 * 1024 * 1024 + 99 });
    const event = await runner.invoke(fn.arn, 'x'.repeat(6 * 1024 * 1024));

    expect(largest.kind).toBe('returned');
    expect(result).toMatchObject({
      error: expect.stringContaining('Function.ResponseSizeTooLarge'),
    });
    expect(event).toMatchObject({ error: expect.stringContaining('smaller than 6291456 bytes') });
  });

  it('throws for a function that does not exist', async () => {
    const { runner } = runFunctions([]);

    const call = runner.invoke('arn:aws:lambda:eu-west-3:000000000000:function:none', {});

    await expect(call).rejects.toThrow('ResourceNotFoundException: Function not found: arn:aws');
  });
});

describe('the context', () => {
  it('says who is called and how much time is left', async () => {
    const fn = functionOf(`export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis() });`);
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, {});

    expect(result).toMatchObject({
      value: {
        functionName: 'fan-out',
        functionVersion: '$LATEST',
        invokedFunctionArn: fn.arn,
        memoryLimitInMB: '256',
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        logGroupName: '/aws/lambda/fan-out',
        logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
        left: expect.toSatisfy((left: number) => left > 25_000 && left <= 30_000),
      },
    });
  });
});

describe('an environment', () => {
  it('keeps its module from call to call, and is used again', async () => {
    const fn = functionOf(counter);
    const { runner } = runFunctions([fn]);

    const first = await runner.invoke(fn.arn, {});
    const second = await runner.invoke(fn.arn, {});

    expect([first, second]).toMatchObject([{ value: 1 }, { value: 2 }]);
  });

  it('runs one call at a time: calls at the same time get environments of their own', async () => {
    const fn = functionOf(`
      let open = 0;
      export const handler = async (url) => {
        open += 1;
        const seen = open;
        await fetch(url);
        open -= 1;
        return seen;
      };`);
    const { runner } = runFunctions([fn]);
    const held: ServerResponse[] = [];
    const url = await listen((_, response) => {
      if (held.push(response) === 3) for (const each of held) each.end();
    });

    const results = await Promise.all([1, 2, 3].map(() => runner.invoke(fn.arn, url)));

    expect(results).toMatchObject([{ value: 1 }, { value: 1 }, { value: 1 }]);
  });

  it('shares no module, global or variable with another function or environment', async () => {
    const source = `
      export const handler = async (mark) => {
        const before = [globalThis.mark, process.env.MARK];
        globalThis.mark = process.env.MARK = mark;
        return before;
      };`;
    const one = functionOf(source, { name: 'one' });
    const two = functionOf(source, { name: 'two' });
    const { runner } = runFunctions([one, two]);
    await runner.invoke(one.arn, 'mine');

    const again = await runner.invoke(one.arn, 'mine');
    const other = await runner.invoke(two.arn, 'yours');

    expect(again).toMatchObject({ value: ['mine', 'mine'] });
    expect(other).toMatchObject({ value: [null, null] });
    expect([process.env.MARK, (globalThis as { mark?: string }).mark]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('has the SDK call the local endpoint, as this function', async () => {
    const asked = Promise.withResolvers<IncomingHttpHeaders>();
    const endpointUrl = await listen((request, response) => {
      asked.resolve(request.headers);
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
    });
    const source = await bundle(`
      import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
      const client = new SQSClient();
      export const handler = async () => { await client.send(new ListQueuesCommand()); };`);
    const fn = functionOf(source);
    const { runner } = runFunctions([fn], { endpointUrl });

    const result = await runner.invoke(fn.arn, {});
    const headers = await asked.promise;

    expect(result).toMatchObject({ kind: 'returned' });
    expect(headers).toMatchObject({
      authorization: expect.stringMatching(/Credential=LOCALFanOut\/\d{8}\/eu-west-3\/sqs\//),
      'x-amz-security-token': expect.stringMatching(/^FanOut-/),
    });
  });

  it('is loaded before the first call when that is asked for', async () => {
    const fn = functionOf(`console.log('loaded'); export const handler = async () => 1;`);
    const { runner, lines } = runFunctions([fn], { prewarm: 1 });

    await runner.prewarmed;

    expect(lines()).toEqual(['loaded']);
  });

  it('waits for a free one at the reserved concurrency', async () => {
    const fn = functionOf(counter, { reservedConcurrency: 1 });
    const { runner } = runFunctions([fn]);

    const results = await Promise.all([1, 2, 3].map(() => runner.invoke(fn.arn, {})));

    expect(results).toMatchObject([{ value: 1 }, { value: 2 }, { value: 3 }]);
  });

  it('is never started when the reserved concurrency is 0', async () => {
    const fn = functionOf(counter, { reservedConcurrency: 0 });
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, {});

    expect(result).toMatchObject({ error: expect.stringContaining('TooManyRequestsException') });
  });
});

describe('log lines', () => {
  it('come whole, in order, from console, stdout and stderr, before the call is reported', async () => {
    const fn = functionOf(`export const handler = async () => {
      console.log('one %d', 1);
      process.stdout.write('tw');
      process.stdout.write(Buffer.from('o é\\nthree\\n'));
      console.error('four');
      process.stdout.write('five without an end');
    };`);
    const { runner, observations, lines } = runFunctions([fn]);

    await runner.invoke(fn.arn, {});

    expect(lines()).toEqual(['one 1', 'two é', 'three', 'four', 'five without an end']);
    expect(observations.at(-1)).toMatchObject({
      kind: 'invoked',
      functionName: 'fan-out',
      result: 'returned',
      durationMs: expect.any(Number),
    });
  });

  it('hold the stack of what the handler threw', async () => {
    const fn = functionOf(`export const handler = async () => { throw new TypeError('odd'); };`);
    const { runner, lines } = runFunctions([fn]);

    await runner.invoke(fn.arn, {});

    expect(lines()).toEqual([expect.stringMatching(/^TypeError: odd\n.*at handler \(.*index.mjs/)]);
  });
});

describe('loading', () => {
  it.each([
    ['a throw at import', `throw new Error('no table');`, 'Error: no table'],
    ['a syntax error', 'export const handler = (', 'Runtime.UserCodeSyntaxError: SyntaxError:'],
    [
      'a missing import',
      `import 'not-there';`,
      'Runtime.ImportModuleError: Error [ERR_MODULE_NOT_FOUND]',
    ],
    [
      'a missing export',
      'export const main = 1;',
      'Runtime.HandlerNotFound: index.handler is undefined or not exported',
    ],
    [
      'a callback handler',
      'export const handler = (event, context, done) => done(null, 1);',
      'Runtime.CallbackHandlerDeprecated',
    ],
    ['an exit', 'process.exit(4);', 'Runtime.ExitError: Error: Runtime exited with error: exit'],
  ])('fails by name on %s, and is tried again at the next call', async (_, source, expected) => {
    const fn = functionOf(source);
    const { runner } = runFunctions([fn]);

    const failed = await runner.invoke(fn.arn, {});
    writeFileSync(join(fn.assetFolder, 'index.mjs'), 'export const handler = async () => 1;');
    const mended = await runner.invoke(fn.arn, {});

    expect(failed).toMatchObject({ kind: 'failed', error: expect.stringContaining(expected) });
    expect(mended).toMatchObject({ kind: 'returned', value: 1 });
  });

  it.each([
    ['absent.handler', 'Runtime.ImportModuleError: Error: Cannot find module'],
    ['index', 'Runtime.MalformedHandlerName: Bad handler: "index" is not of the form file.export'],
  ])('fails by name on the handler %s', async (handler, expected) => {
    const fn = functionOf(counter, { handler });
    const { runner } = runFunctions([fn]);

    const result = await runner.invoke(fn.arn, {});

    expect(result).toMatchObject({ kind: 'failed', error: expect.stringContaining(expected) });
  });

  it('reports a failure that no call is there to hear of', async () => {
    const fn = functionOf(`throw new Error('no table');`);
    const { runner, observations } = runFunctions([fn], { prewarm: 1 });

    await runner.prewarmed;

    expect(observations).toMatchObject([
      { kind: 'trouble', text: expect.stringContaining('Function fan-out: Error: no table') },
    ]);
  });
});
