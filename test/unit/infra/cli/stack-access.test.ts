// Which stack the command line talks to, and as whom: the one on this machine, or the one that is deployed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStack, readStackOutputs } from '../../../../infra/cli/stack-access.ts';

const outputsOf = (adminUrl: string) => ({
  AdminUrl: adminUrl,
  AlarmTopicArn: 'arn:aws:sns:eu-central-1:000000000000:topic',
  DeliveryQueueUrl: 'http://127.0.0.1:9/000000000000/Rappel-deliveries',
  EventBusName: 'Rappel-events',
});

describe('the outputs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rappel-outputs-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('are those of npm start where that has run, of the deployed stack otherwise', () => {
    const write = (file: string, adminUrl: string) =>
      writeFileSync(join(folder, file), JSON.stringify({ Rappel: outputsOf(adminUrl) }));
    const read = () => readStackOutputs(undefined, folder).AdminUrl;

    expect(read).toThrow('There is no stack to talk to: start one by `npm start`');
    write('cdk-outputs.json', 'https://deployed.example/');
    expect(read()).toBe('https://deployed.example/');
    mkdirSync(join(folder, '.local'));
    write('.local/outputs.json', 'http://127.0.0.1:4567/');
    expect(read()).toBe('http://127.0.0.1:4567/');
  });
});

describe('a call', () => {
  let seen: IncomingHttpHeaders | undefined;
  const api = createServer((request, response) => {
    seen = request.headers;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  beforeAll(() => new Promise<void>((resolve) => void api.listen(0, '127.0.0.1', resolve)));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => {
    api.close();
    api.closeAllConnections();
  });

  const callAs = async (host: string) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDOFTHECHAIN');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'token');
    const { port } = api.address() as AddressInfo;
    const stack = openStack(outputsOf(`http://${host}:${port}/`), () => 'a-key');
    await stack.request('POST', '/v1/operations/stops', [], { company_id: 318 });
    return seen!;
  };

  it('to a deployed stack is signed with the credentials of the usual chain, for its region', async () => {
    // Any name but 127.0.0.1 is a deployed one.
    const headers = await callAs('localhost');

    expect(headers.authorization).toMatch(
      /Credential=AKIDOFTHECHAIN\/\d{8}\/eu-central-1\/lambda\/aws4_request/,
    );
    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers['idempotency-key']).toBe('a-key');
  });

  it('to the stack on this machine is signed with its own, whatever the chain has', async () => {
    const headers = await callAs('127.0.0.1');

    expect(headers.authorization).toContain('Credential=local/');
  });
});
