// The Function URL over real sockets: who is let in, what the function sees, what the caller gets.
import { describe, expect, it } from 'vitest';
import { startFunctionUrl } from '../../../infra/local/lambda/function-url.ts';
import { type AccessRequest, accessKeyIdOf } from '../../../infra/local/stack-model.ts';
import { functionOf, runFunctions } from './function-fixture.ts';
import { call, signWithSdk, startUrl } from './url-fixture.ts';

const forbidden = {
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  body: '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
};

describe('a signed request', () => {
  it('reaches the function, and its answer comes back', async () => {
    const { url, events } = await startUrl(() => ({
      statusCode: 201,
      headers: { 'content-type': 'text/plain' },
      cookies: ['a=1'],
      body: 'made',
    }));
    const body = '{"url":"https://example.com/"}';
    const headers = { 'content-type': 'application/json' };
    const signed = await signWithSdk(url, { method: 'POST', path: '/v1/x', headers, body });

    const answer = await call(url, { method: 'POST', target: '/v1/x', headers: signed, body });

    expect(answer).toMatchObject({
      status: 201,
      headers: {
        'content-type': 'text/plain',
        'set-cookie': ['a=1'],
        'x-amzn-requestid': expect.any(String),
      },
      body: 'made',
    });
    expect(events).toMatchObject([
      { rawPath: '/v1/x', body, requestContext: { authorizer: { iam: { accessKey: 'local' } } } },
    ]);
  });

  it('runs a real function behind it', async () => {
    const fn = functionOf(`export const handler = async ({ requestContext }) =>
      ({ statusCode: 200, body: requestContext.http.method });`);
    const { runner } = runFunctions([fn]);
    const { url } = await startUrl(undefined, {
      functions: { invoke: (_, event) => runner.invoke(fn.arn, event) },
    });
    const headers = await signWithSdk(url, { method: 'DELETE' });

    const answer = await call(url, { method: 'DELETE', headers });

    expect(answer).toMatchObject({ status: 200, body: 'DELETE' });
  });

  it('may carry a session token, as a function`s own credentials do', async () => {
    const fn = functionOf('', { logicalId: 'Sweep' });
    const asked: AccessRequest[] = [];
    const { url, events } = await startUrl(undefined, {
      stack: { region: 'eu-west-3', accountId: '000000000000', functions: [fn] },
      authorize: (access) => {
        asked.push(access);
        return { allowed: true };
      },
    });
    const signing = { accessKeyId: accessKeyIdOf(fn), sessionToken: 'Sweep-1' };
    const headers = await signWithSdk(url, {}, signing);

    await call(url, { headers });

    expect(asked).toMatchObject([
      {
        principal: { kind: 'role', arn: fn.roleArn },
        action: 'lambda:InvokeFunctionUrl',
        context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
      },
      {
        principal: { kind: 'role', arn: fn.roleArn },
        action: 'lambda:InvokeFunction',
        context: { 'lambda:InvokedViaFunctionUrl': 'true' },
      },
    ]);
    expect(events).toHaveLength(1);
  });

  it.each([['lambda:InvokeFunctionUrl'], ['lambda:InvokeFunction']])(
    'is forbidden without the permission %s, and the reason is told locally',
    async (missing) => {
      const { url, events, observations } = await startUrl(undefined, {
        authorize: ({ action }) =>
          action === missing
            ? { allowed: false, reason: `not authorized to perform: ${action}` }
            : { allowed: true },
      });
      const headers = await signWithSdk(url, {});

      const answer = await call(url, { headers });

      expect(answer).toMatchObject(forbidden);
      expect(observations).toMatchObject([
        { kind: 'denied', reason: `not authorized to perform: ${missing}` },
      ]);
      expect(events).toEqual([]);
    },
  );
});

describe('a request without a signature', () => {
  it('is forbidden when there is none', async () => {
    const { url, events } = await startUrl();

    const answer = await call(url, {});

    expect(answer).toMatchObject(forbidden);
    expect(events).toEqual([]);
  });
});

describe('sizes', () => {
  const megabytes = (count: number) => Buffer.alloc(count * 1024 * 1024, 'x');

  it('of nearly 6 MB pass both ways', async () => {
    const { url } = await startUrl(({ body }) => ({ statusCode: 200, body }));
    const body = megabytes(5);
    const headers = { 'content-type': 'text/plain' };
    const signed = await signWithSdk(url, { method: 'POST', headers, body });

    const answer = await call(url, { method: 'POST', headers: signed, body });

    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(body.length);
  });

  it('over 6 MB are refused from the stated length, before a byte of the body has come', async () => {
    const { url, events } = await startUrl();
    const headers = { 'content-length': 7 * 1024 * 1024, expect: '100-continue' };

    const answer = await call(url, { method: 'POST', headers });

    expect(answer.status).toBe(413);
    expect(events).toEqual([]);
  });

  it('over 6 MB are refused when no length was stated', async () => {
    const { url, events } = await startUrl();
    const signed = await signWithSdk(url, { method: 'POST', body: 'other' });
    const headers = { ...signed, 'transfer-encoding': 'chunked' };

    const answer = await call(url, { method: 'POST', headers, body: megabytes(7) });

    expect(answer.status).toBe(413);
    expect(events).toEqual([]);
  });

  it('over 6 MB as an event are refused, though the body is smaller', async () => {
    const { url, events } = await startUrl();
    const body = megabytes(5);
    const headers = await signWithSdk(url, { method: 'POST', body });

    const answer = await call(url, { method: 'POST', headers, body });

    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toEqual({
      Message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    expect(events).toEqual([]);
  });

  it('do not matter to an unsigned request: its body is not waited for', async () => {
    const { url } = await startUrl();
    const headers = { 'content-length': 1024 * 1024, expect: '100-continue' };

    const answer = await call(url, { method: 'POST', headers });

    expect(answer.status).toBe(403);
  });
});

describe('a function that fails', () => {
  it('is a bad gateway, without a word of why', async () => {
    const { url } = await startUrl(undefined, {
      functions: {
        invoke: async () => ({ kind: 'failed', error: 'Error: secret', durationMs: 1 }),
      },
    });
    const headers = await signWithSdk(url, {});

    const answer = await call(url, { headers });

    expect(answer).toMatchObject({ status: 502, body: 'Internal Server Error' });
  });

  it('to be called at all is trouble of ours, which is told locally', async () => {
    const invoke = async () => {
      throw new Error('no such function');
    };
    const { url, observations } = await startUrl(undefined, { functions: { invoke } });
    const headers = await signWithSdk(url, {});

    const answer = await call(url, { headers });

    expect(answer).toMatchObject({ status: 500, body: 'Internal Server Error' });
    expect(observations).toMatchObject([
      { kind: 'trouble', text: expect.stringContaining('Error: no such function') },
    ]);
  });
});

describe('the server', () => {
  it('says which port is busy', async () => {
    const { url } = await startUrl();
    const { port } = new URL(url);

    const second = startUrl(undefined, {
      url: { logicalId: 'AdminUrl', functionArn: 'arn', authType: 'AWS_IAM', url },
    });

    await expect(second).rejects.toThrow(`Port ${port} on 127.0.0.1 is busy`);
  });

  it('refuses to run a URL that is open to everybody', async () => {
    const start = startFunctionUrl({
      url: { logicalId: 'Open', functionArn: 'arn', authType: 'NONE', url: 'http://127.0.0.1:0/' },
      stack: { region: 'eu-west-3', accountId: '000000000000', functions: [] },
      functions: { invoke: async () => ({ kind: 'failed', error: '', durationMs: 0 }) },
      authorize: () => ({ allowed: true }),
      observe: () => {},
    });

    await expect(start).rejects.toThrow('Open: only a Function URL of AuthType AWS_IAM');
  });
});
