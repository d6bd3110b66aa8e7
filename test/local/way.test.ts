// The whole way, over real wires: from PutEvents to a callback that the official library verifies.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleBytes } from '../../shared/event-types/samples.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import { deliveryIdOf } from '../../shared/identifiers.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import {
  type RecordedCallback,
  startTestReceiver,
  type TestReceiver,
  verify,
} from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;
let id: string;
let secret: string;

beforeAll(async () => {
  stack = await startTestStack();
  receiver = await startTestReceiver();
  ({ id, secret } = await stack.subscribe(receiver.url));
});

afterAll(async () => {
  await stack?.close();
  await receiver?.close();
});

/** An event's callback, whichever come before it: a hire follows from a move. */
const callbackOf = async (eventId: string): Promise<RecordedCallback> => {
  for (let count = 1; ; count += 1) {
    const callbacks = await receiver.waitFor(count);
    const found = callbacks.find(({ headers }) => headers['webhook-id'] === eventId);
    if (found !== undefined) return found;
  }
};

describe('an event of each type', () => {
  it.each(routedEventTypes)(
    '%s reaches its subscriber, signed, with the documented bytes',
    async (type) => {
      const sample = JSON.parse(Buffer.from(sampleBytes(type)).toString('utf8'));

      await stack.publish(type, { id: sample.id });
      const callback = await callbackOf(sample.id);

      expect(callback.body).toEqual(Buffer.from(sampleBytes(type)));
      expect(verify(secret, callback)).toEqual(sample);
      expect(callback.headers['rappel-delivery-id']).toBe(deliveryIdOf(sample.id, id));
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
