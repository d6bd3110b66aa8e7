// With the real wait: what a failed worker held comes back when its visibility time-out is over, not at once.
import { afterEach, describe, expect, it } from 'vitest';
import type { AwsAnswer, AwsCall } from '../../infra/local/aws/aws-call.ts';
import { receiveCountMax, visibilityTimeoutSeconds } from '../../shared/limits.ts';
import { shortenFanOut } from '../faults/support/edit-template.ts';
import { startTestStack, type TestStack } from '../local/support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from '../local/support/test-receiver.ts';
import { down } from './support/aws-faults.ts';
import { gone } from './support/reaper.ts';

const isFull = process.env.RAPPEL_FULL === '1';

/** Seconds by a clock that runs 180 times as fast. Deliver cannot keep it: it wants twelve seconds for an attempt. */
const scaledVisibility = 1;

let stack: TestStack;
let receiver: TestReceiver;
/** Before each call of a function. */
let onCall: (call: AwsCall) => Promise<AwsAnswer | undefined> | AwsAnswer | undefined;

/** Starts a stack with one subscription. */
const start = async (visibility: number): Promise<void> => {
  onCall = () => undefined;
  receiver = await startTestReceiver();
  stack = await startTestStack({
    ...(visibility !== visibilityTimeoutSeconds && { editTemplate: shortenFanOut(visibility) }),
    hook: { before: (call) => (call.sessionToken === undefined ? undefined : onCall(call)) },
  });
  await stack.subscribe(receiver.url);
};

afterEach(async () => {
  await receiver.close();
  await stack.close();
});

/** Publishes an event, and waits for so many callbacks of it, however long that takes. */
const publishUntil = async (callbacks: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  receiver.answer = (response) => {
    response.writeHead(200).end();
    if (receiver.callbacks.length === callbacks) resolve();
  };
  await stack.publish('candidate.created');
  await promise;
};

const functionOf = (label: string) =>
  stack.model.functions.find(({ logicalId }) => logicalId.startsWith(label))!.name;

describe('a worker that ends', () => {
  const scaled = {
    label: 'FanOut',
    operation: 'SendMessageBatch',
    callbacks: 1,
    visibility: scaledVisibility,
  };
  const deployed = { ...scaled, visibility: visibilityTimeoutSeconds };
  const afterCallback = { ...deployed, label: 'Deliver', operation: 'PutItem', callbacks: 2 };

  it.each(isFull ? [scaled, deployed, afterCallback] : [scaled])(
    '($label) has what it held come back after $visibility s',
    { timeout: 240_000 },
    async ({ label, operation, callbacks, visibility }) => {
      await start(visibility);
      let [endedAt, againAt] = [0, 0];
      onCall = async (call) => {
        if (!call.sessionToken?.startsWith(label)) return undefined;
        if (endedAt > 0) againAt ||= performance.now();
        if (endedAt > 0 || call.operation !== operation) return undefined;
        endedAt = performance.now();
        await stack.functions.endWorkers(functionOf(label), call.sessionToken);
        return gone;
      };

      await publishUntil(callbacks);

      // Not at once. The message was hidden from when it was received, a moment before its worker ended.
      expect(againAt - endedAt).toBeGreaterThan(visibility * 500);
      expect(new Set(receiver.callbacks.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    },
  );
});

describe('a store that is down for fifteen minutes', () => {
  it('loses nothing and buries nothing, by a clock 180 times as fast', {
    timeout: 60_000,
  }, async () => {
    const receivesMeanwhile = (15 * 60) / visibilityTimeoutSeconds;
    await start(scaledVisibility);
    let receives = 0;
    onCall = (call) =>
      call.service === 'dynamodb' && receives < receivesMeanwhile ? down.before?.(call) : undefined;
    stack.watch((seen) => {
      if (seen.kind === 'invoked' && seen.functionName === functionOf('FanOut')) receives += 1;
    });

    await publishUntil(1);

    const dead = stack.model.queues.filter(({ name }) => name.endsWith('-dead'));
    expect(await Promise.all(dead.map(({ url }) => stack.countMessages(url)))).toEqual(
      dead.map(() => 0),
    );
    expect(receivesMeanwhile).toBeLessThan(receiveCountMax);
    expect(receiver.callbacks).toHaveLength(1);
  });
});
