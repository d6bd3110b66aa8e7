// The whole store is down for a quarter of an hour: under fan-out, between a callback and its record, under the sweep.
import { setTimeout as delay } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { down } from '../crash/support/aws-faults.ts';
import { passTime } from '../crash/support/pass-time.ts';
import { readAll } from '../crash/support/placed-rows.ts';
import { companyId, startTestStack, type TestStack } from '../local/support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from '../local/support/test-receiver.ts';

const outageSeconds = 15 * 60;

let stack: TestStack;
let receiver: TestReceiver;
let outage: Outage;

beforeAll(async () => {
  receiver = await startTestReceiver();
  stack = await startTestStack({
    // What failed comes back at once: each receive stands for a visibility time-out.
    fastRedrive: true,
    // Sweeps are called for, one by one.
    sweepSeconds: 86_400,
    environment: { RETRY_DELAYS_MS: '1800000' },
    hook: {
      before: (call) =>
        outage.isOn() && call.service === 'dynamodb' && call.sessionToken !== undefined
          ? down.before?.(call)
          : undefined,
    },
  });
  outage = prepareOutage(Number(workedQueues()[0]!.attributes.VisibilityTimeout));
  await stack.subscribe(receiver.url);
});

afterAll(async () => {
  await receiver?.close();
  await stack?.close();
});

const functionOf = (label: string) =>
  stack.model.functions.find(({ logicalId }) => logicalId.startsWith(label))!;

interface Outage {
  begin(): void;
  isOn(): boolean;
  /** Of fan-out and deliver: how often SQS says that it has given the message out, at each receive that found no store. */
  readonly receives: readonly (readonly number[])[];
  /** That found no store. */
  sweeps(): number;
  /** Settles when the store is back. */
  readonly over: Promise<void>;
}

/**
 * Lasts until fan-out and deliver have received a message each as often as AWS would give it out in a quarter of an
 * hour. Between two receives, the sweep runs as often as it does in a visibility time-out.
 */
const prepareOutage = (visibilitySeconds: number): Outage => {
  const { functions } = stack;
  const { invoke } = functions;
  const times = outageSeconds / visibilitySeconds;
  const receives = new Map<string, number[]>([
    [functionOf('FanOut').arn, []],
    [functionOf('Deliver').arn, []],
  ]);
  let [isOn, sweeps] = [false, 0];
  const over = Promise.withResolvers<void>();
  functions.invoke = async (arn, payload) => {
    const mine = receives.get(arn);
    // The next receive comes when the quarter of an hour is over.
    if (isOn && mine?.length === times) await over.promise;
    const result = await invoke(arn, payload);
    if (!isOn || mine === undefined) return result;
    for (let s = 0; arn === functionOf('Deliver').arn && s < visibilitySeconds; s += 60) {
      await invoke(functionOf('Sweep').arn, {});
      sweeps += 1;
    }
    mine.push(Number((payload as SQSEvent).Records[0]!.attributes.ApproximateReceiveCount));
    isOn = [...receives.values()].some(({ length }) => length < times);
    if (!isOn) over.resolve();
    return result;
  };
  return {
    begin: () => {
      isOn = true;
    },
    isOn: () => isOn,
    receives: [...receives.values()],
    sweeps: () => sweeps,
    over: over.promise,
  };
};

const rowsOf = (eventId: string) =>
  readAll(stack, [[stack.model.outputs.DeliveriesTable!, `${companyId}#${eventId}`]]);

const untilStatus = async (eventId: string, status: string): Promise<void> => {
  for (;;) {
    const rows = await rowsOf(eventId);
    if (rows.some(({ item }) => item.status?.S === status && item.attempts !== undefined)) return;
    await delay(20);
  }
};

const workedQueues = () => stack.model.queues.filter(({ attributes }) => attributes.RedrivePolicy);

describe('a store that is down for fifteen minutes', () => {
  it('loses nothing and buries nothing, of what is received, called back, or due meanwhile', {
    timeout: 60_000,
  }, async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    const due = await stack.publish('member.added');
    await untilStatus(due, 'waiting');
    await passTime(stack, await rowsOf(due), 3_600_000);
    let meanwhile = '';
    receiver.answer = async (response) => {
      receiver.answer = (later) => later.writeHead(200).end();
      outage.begin();
      meanwhile = await stack.publish('member.added');
      response.writeHead(200).end();
    };

    const calledBack = await stack.publish('member.added');
    await receiver.waitFor(2);
    await outage.over;
    await untilStatus(calledBack, 'delivered');
    await untilStatus(meanwhile, 'delivered');
    await stack.functions.invoke(functionOf('Sweep').arn, {});
    await untilStatus(due, 'delivered');

    // 180 s apart: 5 receives and 15 sweeps found no store, and the sixth receive had one again.
    expect(outage.receives).toEqual([
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
    ]);
    expect(outage.sweeps()).toBe(15);
    const callbacks = receiver.callbacks.map(({ headers }) => headers['webhook-id']);
    expect(Object.groupBy(callbacks, String)).toEqual({
      // The one that failed, and the one that the sweep found.
      [due]: [due, due],
      // The one that could not be recorded, and the one that was.
      [calledBack]: [calledBack, calledBack],
      [meanwhile]: [meanwhile],
    });
    const dead = stack.model.queues.filter(({ name }) => name.endsWith('-dead'));
    expect(await Promise.all(dead.map(({ url }) => stack.countMessages(url)))).toEqual(
      dead.map(() => 0),
    );
  });

  it('has no message given out half as often as it takes to bury one', () => {
    for (const queue of workedQueues()) {
      const { VisibilityTimeout, RedrivePolicy } = queue.attributes;
      const { maxReceiveCount } = JSON.parse(RedrivePolicy!);
      expect(outageSeconds / Number(VisibilityTimeout) + 1).toBeLessThan(maxReceiveCount / 2);
    }
    expect(workedQueues().length).toBeGreaterThan(10);
  });
});
