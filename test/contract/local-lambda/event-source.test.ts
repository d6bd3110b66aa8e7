// The poller and real workers together: what a lost worker means for its messages.
import { expect, it, onTestFinished } from 'vitest';
import { startEventSource } from '../../../infra/local/lambda/event-source.ts';
import { createMemoryQueue } from '../../unit/local/lambda/memory-queue.ts';
import { functionOf, listen, runFunctions } from './function-fixture.ts';

it('gives the messages of a worker that was ended to another one, and none is lost', async () => {
  const done = Promise.withResolvers<void>();
  const asked: string[] = [];
  const url = await listen(async (request, response) => {
    asked.push(String(request.url));
    // The first worker dies while it waits for this answer; the second one gets it.
    if (asked.length === 1) await runner.endWorkers('fan-out');
    else response.end(() => done.resolve());
  });
  const fn = functionOf(`export const handler = async ({ Records }) => {
    await fetch('${url}' + Records.map(({ body }) => body).join());
    return { batchItemFailures: [] };
  };`);
  const { runner, observations } = runFunctions([fn]);
  const queue = createMemoryQueue();
  const source = startEventSource({
    mapping: {
      logicalId: 'Mapping',
      queueArn: 'arn:aws:sqs:eu-west-3:000000000000:moves',
      functionArn: fn.arn,
      enabled: true,
      batchSize: 10,
      batchingWindowSeconds: 0,
      reportBatchItemFailures: true,
    },
    fn,
    region: 'eu-west-3',
    queues: queue,
    functions: runner,
    authorize: () => ({ allowed: true }),
    observe: () => {},
    fastRedrive: true,
  });
  onTestFinished(() => source.close());

  queue.put('a', 'b');
  await done.promise;
  await source.close();

  expect(asked).toEqual(['/a,b', '/a,b']);
  expect(queue.deleted).toEqual(['a', 'b']);
  expect(observations.flatMap((each) => (each.kind === 'invoked' ? [each.result] : []))).toEqual([
    'failed',
    'returned',
  ]);
});
