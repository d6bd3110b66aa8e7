// Real deliveries, verified as a stranger would: from the specification alone, by the official library, in Python.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHmac, createPublicKey, verify as verifyEd25519 } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import {
  type RecordedCallback,
  startTestReceiver,
  type TestReceiver,
} from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;
let companies = 700;

beforeAll(async () => {
  stack = await startTestStack();
  receiver = await startTestReceiver();
});

afterAll(async () => {
  await receiver?.close();
  await stack?.close();
});

interface Subscribed {
  readonly company: number;
  readonly path: string;
  readonly secret?: string;
  readonly public_key?: string;
}

const call = async (method: string, path: string, body?: object) => {
  const answer = await stack.callAdmin(method, path, body);
  expect(answer.status).toBeLessThan(300);
  return answer.body as Record<string, unknown>;
};

/** A subscription of a company of its own. */
const subscribe = async (more: object = {}): Promise<Subscribed> => {
  companies += 1;
  const collection = `/v1/companies/${companies}/subscriptions`;
  const created = await call('POST', collection, {
    ...{ url: receiver.url, event_types: ['candidate.moved'], ...more },
  });
  return { ...created, company: companies, path: `${collection}/${created.id}` };
};

const rotate = async ({ path }: Subscribed, overlapSeconds?: number) =>
  (await call('POST', `${path}/rotate-secret`, {
    ...(overlapSeconds !== undefined && { overlap_seconds: overlapSeconds }),
  })) as { secret?: string; public_key?: string };

/** Publishes, and answers with the callback that comes of it. */
const nextCallback = async ({ company }: Subscribed): Promise<RecordedCallback> => {
  const count = receiver.callbacks.length;
  await stack.publish('candidate.moved', { company_id: company });
  return (await receiver.waitFor(count + 1))[count]!;
};

/** The official JavaScript library, which knows v1. */
const isGenuineByLibrary = (secret: string, { headers, body }: RecordedCallback): boolean => {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

/**
 * Verifiers that share nothing with ours, nor with the library: the specification's text, and Node's HMAC and ed25519.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
 */
const isGenuineBySpecification = (
  version: 'v1' | 'v1a',
  { headers, body }: RecordedCallback,
  isOurs: (signed: Buffer, signature: Buffer) => boolean,
): boolean => {
  const head = `${headers['webhook-id']}.${headers['webhook-timestamp']}.`;
  const signed = Buffer.concat([Buffer.from(head), body]);
  return String(headers['webhook-signature'])
    .split(' ')
    .map((one) => one.split(','))
    .some(([name, value = '']) => name === version && isOurs(signed, Buffer.from(value, 'base64')));
};

/** HMAC-SHA256 under the bytes that the secret is the base64 of. */
const isGenuineV1 = (secret: string, callback: RecordedCallback): boolean => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return isGenuineBySpecification('v1', callback, (signed, signature) =>
    createHmac('sha256', key).update(signed).digest().equals(signature),
  );
};

const isGenuineV1a = (publicKey: string, callback: RecordedCallback): boolean => {
  const x = Buffer.from(publicKey.replace(/^whpk_/, ''), 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return isGenuineBySpecification('v1a', callback, (signed, signature) =>
    verifyEd25519(null, signed, key, signature),
  );
};

/** By both judges of v1, who must be of one mind. */
const isGenuine = (secret: string, callback: RecordedCallback): boolean => {
  const verdict = isGenuineByLibrary(secret, callback);
  expect(isGenuineV1(secret, callback)).toBe(verdict);
  return verdict;
};

describe('a delivery signed by v1', () => {
  it('is verified by the official library and from the specification alone, and by no byte changed', async () => {
    const subscription = await subscribe();

    const callback = await nextCallback(subscription);

    const secret = subscription.secret!;
    const now = Date.now() / 1000;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]+=*$/);
    expect(callback.headers['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect(Math.abs(Number(callback.headers['webhook-timestamp']) - now)).toBeLessThan(60);
    expect([isGenuineByLibrary, isGenuineV1].map((judge) => judge(secret, callback))).toEqual([
      true,
      true,
    ]);
    const changed = Buffer.from(callback.body);
    changed[changed.length - 2]! ^= 1;
    const timestamp = Number(callback.headers['webhook-timestamp']);
    const others = [
      { ...callback, body: changed },
      { ...callback, headers: { ...callback.headers, 'webhook-id': 'evt_other' } },
      { ...callback, headers: { ...callback.headers, 'webhook-timestamp': `${timestamp - 1}` } },
    ];
    expect(others.map((other) => isGenuine(secret, other))).toEqual([false, false, false]);
  });
});

describe('a delivery to a subscription that asked for v1a', () => {
  it('is verified with its public key, and by no byte changed', async () => {
    const subscription = await subscribe({ signature: 'v1a' });

    const callback = await nextCallback(subscription);

    const publicKey = subscription.public_key!;
    expect(subscription).not.toHaveProperty('secret');
    expect(callback.headers['webhook-signature']).toMatch(/^v1a,[A-Za-z0-9+/]{86}==$/);
    expect(isGenuineV1a(publicKey, callback)).toBe(true);
    const changed = Buffer.from(callback.body);
    changed[changed.length - 2]! ^= 1;
    expect(isGenuineV1a(publicKey, { ...callback, body: changed })).toBe(false);
  });

  it('is verified with the public key that can be read at any time, before and after a rotation', async () => {
    const subscription = await subscribe({ signature: 'v1a' });
    const read = async () => {
      const { keys } = await call('GET', `${subscription.path}/keys`);
      return (keys as { public_key: string }[]).map(({ public_key }) => public_key);
    };

    const before = await read();
    const { public_key: rotated } = await rotate(subscription);
    const after = await read();
    const callback = await nextCallback(subscription);

    expect([before, after]).toEqual([
      [subscription.public_key],
      [rotated, subscription.public_key],
    ]);
    expect(after.map((key) => isGenuineV1a(key, callback))).toEqual([true, true]);
  });
});

describe('a delivery after a rotation', () => {
  it('is verified with the new secret and the old one, until the old one is ended', async () => {
    const subscription = await subscribe();
    const old = subscription.secret!;
    const verdicts = async (secrets: readonly string[]) => {
      const callback = await nextCallback(subscription);
      return secrets.map((secret) => isGenuine(secret, callback));
    };

    const before = await verdicts([old]);
    const { secret: second = '' } = await rotate(subscription);
    const during = await verdicts([old, second]);
    const { secret: third = '' } = await rotate(subscription, 0);
    const after = await verdicts([old, second, third]);

    expect([before, during, after]).toEqual([[true], [true, true], [false, false, true]]);
  });
});

it('a delivery carries the subscription’s own headers, and is verified all the same', async () => {
  const subscription = await subscribe({ headers: { Authorization: 'Bearer abc' } });

  const callback = await nextCallback(subscription);

  expect(callback.headers.authorization).toBe('Bearer abc');
  expect(isGenuine(subscription.secret!, callback)).toBe(true);
});

it('a delivery after a change of host carries no header that was given for the other', async () => {
  const subscription = await subscribe({ headers: { Authorization: 'Bearer abc' } });
  const other = await startTestReceiver();
  onTestFinished(() => other.close());

  await call('PATCH', subscription.path, { url: other.url });
  await stack.publish('candidate.moved', { company_id: subscription.company });
  const [callback] = await other.waitFor(1);

  expect(callback!.headers).not.toHaveProperty('authorization');
  expect(isGenuine(subscription.secret!, callback!)).toBe(true);
});

it('a change of scheme shows the public key, and either scheme verifies what comes then', async () => {
  const subscription = await subscribe();

  const { public_key } = await call('PATCH', subscription.path, { signature: 'v1a' });
  const callback = await nextCallback(subscription);

  expect(isGenuine(subscription.secret!, callback)).toBe(true);
  expect(isGenuineV1a(public_key as string, callback)).toBe(true);
});

const hasPython = spawnSync('python3', ['--version'], { timeout: 20_000 }).status === 0;

/** Where a machine lacks Python, the judges above are left. */
describe.runIf(hasPython)('a receiver in Python', () => {
  let python: ChildProcess;

  afterAll(() => python?.kill());

  it('that still has the old secret takes what both keys sign', async () => {
    python = spawn('python3', [join(import.meta.dirname, '../fixtures/receiver.py')]);
    const lines = createInterface({ input: python.stdout! })[Symbol.asyncIterator]();
    const url = `http://127.0.0.1:${(await lines.next()).value}/`;
    const subscription = await subscribe({ url });
    python.stdin!.write(`${subscription.secret}\n`);
    await rotate(subscription);

    const id = await stack.publish('candidate.moved', { company_id: subscription.company });

    expect((await lines.next()).value).toBe(`verified ${id}`);
  });
});
