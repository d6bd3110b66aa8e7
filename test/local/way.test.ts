// The whole way, over real wires: from PutEvents to a callback that the official library verifies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBytes } from '../../shared/event-types/samples.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver, verify } from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;
let secret: string;

beforeAll(async () => {
  stack = await startTestStack();
  receiver = await startTestReceiver();
  ({ secret } = await stack.subscribe(receiver.url));
});

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

describe('an event of each type', () => {
  it.each(routedEventTypes)(
    '%s reaches its subscriber, signed, with the documented bytes',
    async (type) => {
      const sample = JSON.parse(Buffer.from(sampleBytes(type)).toString('utf8'));
      const before = receiver.callbacks.length;

      await stack.publish(type, { id: sample.id });
      const callbacks = await receiver.waitFor(before + 1);

      const callback = callbacks[before]!;
      expect(callback.body).toEqual(Buffer.from(sampleBytes(type)));
      expect(verify(secret, callback)).toEqual(sample);
      expect(callback.headers['webhook-id']).toBe(sample.id);
      expect(callback.headers['rappel-delivery-id']).toMatch(/^del_[0-9a-f]{32}$/);
    },
  );
});

describe('a callback', () => {
  it('is not verified by another secret', async () => {
    const [callback] = await receiver.waitFor(1);

    const wrong = () => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, callback!);

    expect(wrong).toThrow('No matching signature');
  });
});
