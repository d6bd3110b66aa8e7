// What is under way in a stack: functions that run, messages that wait. A dead worker's messages come back after all else.
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { TestStack } from '../../local/support/local-stack.ts';

export interface Traffic {
  /** Settles when every message of these queues is acknowledged; what was under way has ended then. */
  untilQuiet(queueUrls: readonly string[]): Promise<void>;
}

/** Milliseconds after which the queues are looked at again, although no function has ended. */
const lookAgainMs = 250;

/**
 * Such looks in which a step ends: more than the visibility time-out, so that a message stuck in a hand is back. Looks,
 * not milliseconds: while the machine stands still, nothing is late.
 */
const looksMax = 240_000 / lookAgainMs;

/**
 * Stands between the pollers and the functions. On AWS a dead worker's messages come back after the visibility
 * time-out, which is longer than any attempt: copies of what it sent are long settled then. With `fastRedrive`
 * they would come back while these are in the hands of others. So its failure is told only once nothing else
 * is under way.
 */
export const watchTraffic = (
  { functions, sqs }: TestStack,
  queueUrls: () => readonly string[],
): Traffic => {
  let running = 0;
  let change = Promise.withResolvers<void>();
  const { invoke } = functions;
  /** What of a queue's counts is not zero. */
  const countsOf = async (QueueUrl: string, names: RegExp): Promise<string[]> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    return Object.entries(Attributes)
      .filter(([name, count]) => names.test(name) && count !== '0')
      .map(([name, count]) => `${QueueUrl.split('/').at(-1)} ${name} ${count}`);
  };
  /** Upstream first: a message leaves its queue only after what it led to is in the next. */
  const areEmpty = async (urls: readonly string[], names: RegExp): Promise<boolean> => {
    for (const url of urls) if ((await countsOf(url, names)).length > 0) return false;
    return true;
  };
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (let looks = 0; ; ) {
      const { promise } = change;
      if (await holds()) return;
      if (looks > looksMax) {
        const counts = await Promise.all(queueUrls().map((url) => countsOf(url, all)));
        const left = [...counts.flat(), `${running} functions running`].join(', ');
        throw new Error(`still under way after ${looks} looks: ${left}`);
      }
      const again = Promise.withResolvers<void>();
      const timer = setTimeout(() => {
        looks += 1;
        again.resolve();
      }, lookAgainMs);
      await Promise.race([promise, again.promise]);
      clearTimeout(timer);
    }
  };
  functions.invoke = async (functionArn, payload) => {
    running += 1;
    const result = await invoke(functionArn, payload);
    running -= 1;
    // The poller acknowledges just after this.
    setImmediate(() => {
      change.resolve();
      change = Promise.withResolvers();
    });
    if (result.kind === 'failed') {
      // In this order: a message may leave its queue, and run, while the queues are asked.
      await until(async () => (await areEmpty(queueUrls(), waiting)) && running === 0);
    }
    return result;
  };
  return { untilQuiet: (urls) => until(() => areEmpty(urls, all)) };
};

const waiting = /^ApproximateNumberOfMessages(Delayed)?$/;
const all = /^ApproximateNumberOfMessages/;
