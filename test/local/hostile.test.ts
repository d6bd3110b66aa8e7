// Hostile requests over the real Function URL: what the tables, the queues and the bus are asked for gives no fault either.
import { request as httpRequest, METHODS } from 'node:http';
import { text } from 'node:stream/consumers';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import { type HostileRequest, hostileRequestOf } from '../support/hostile-requests.ts';
import { region } from './support/assembly.ts';
import { credentials, startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

/** Companies, and requests to each: the next one begins with something there again. */
const companies = 40;
const requestsOfEach = 50;
const ofAnotherCompany = 'of-another-company';
const stranger = 999;

let stack: TestStack;
let receiver: TestReceiver;
beforeAll(async () => {
  stack = await startTestStack({ sweepSeconds: 1 });
  receiver = await startTestReceiver();
});
afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

const signer = new SignatureV4({ credentials, region, service: 'lambda', sha256: Sha256 });

/** Undefined for what no client could send: to another host, or by a method that HTTP does not have. */
const send = async ({ method, path, query, headers, body }: HostileRequest) => {
  const url = URL.parse(`${path}${query && `?${query}`}`, stack.adminUrl);
  if (url?.host !== new URL(stack.adminUrl).host || !METHODS.includes(method)) return undefined;
  const sendable = Object.entries(headers).filter(
    ([name, value]) => name !== 'content-length' && /^[\x20-\x7e]*$/.test(value),
  );
  const signed = await signer.sign({
    ...{ method, protocol: url.protocol, hostname: url.hostname, port: Number(url.port) },
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...Object.fromEntries(sendable), host: url.host },
    body,
  });
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const length = { 'content-length': Buffer.byteLength(body ?? '') };
    httpRequest(url, { method, headers: { ...signed.headers, ...length } }, (response) => {
      text(response).then((said) => resolve({ status: response.statusCode!, body: said }), reject);
    })
      .on('error', reject)
      .end(body);
  });
};

/** Something of everything. */
const fill = async (company: number) => {
  const path = `/v1/companies/${company}`;
  const ids: string[] = [];
  for (const n of [0, 1, 2]) {
    ids.push((await stack.subscribe(`${receiver.url}/${company}-${n}`, ['*'], company)).id);
  }
  const eventId = await stack.publish('member.added', { company_id: company });
  const post = async (to: string, body: object) =>
    (await stack.callAdmin('POST', `${path}${to}`, body)).body as { id: string };
  const job = await post(`/subscriptions/${ids[0]}/release`, {});
  const erasure = await post('/erasures', { candidate_id: 20817 });
  return {
    company_id: [String(company)],
    id: ids,
    event_id: [eventId],
    delivery_id: [deliveryIdOf(eventId, ids[0]!)],
    job_id: [job.id],
    candidate_id: ['20817'],
    erasure_id: [erasure.id],
    deletion_id: [`cmp_${'0'.repeat(24)}`],
    queue: ['candidate-moved', 'unrouted'],
  };
};

// The short form has its tables in memory: test/unit/admin/hostile.test.ts.
it.runIf(process.env.RAPPEL_FULL)(
  `${companies * requestsOfEach} hostile requests meet no fault, and nothing of another company`,
  async () => {
    const foreign = { url: receiver.url, event_types: ['*'], description: ofAnotherCompany };
    await stack.callAdmin('POST', `/v1/companies/${stranger}/subscriptions`, foreign);
    const seed = Date.now();
    const statuses = new Set<number>();
    for (let n = 0; n < companies; n += 1) {
      const met = { ids: await fill(5_000 + n), url: receiver.url };
      const some = fc.sample(hostileRequestOf(met), { numRuns: requestsOfEach, seed: seed + n });
      for (const request of some) {
        const answer = await send(request);
        if (answer === undefined) continue;
        statuses.add(answer.status);
        const told = { seed: seed + n, request, ...answer };
        expect(answer.status, JSON.stringify(told)).toBeLessThan(500);
        if (request.path.includes(String(stranger))) continue;
        expect(answer.body, JSON.stringify(told)).not.toContain(ofAnotherCompany);
      }
    }

    expect([...statuses]).toEqual(expect.arrayContaining([200, 400, 404]));
  },
  600_000,
);
