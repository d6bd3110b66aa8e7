// Queues and events that a data folder kept: there again at the next start, or a sentence on what cannot be opened.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { StartError } from '../../../infra/local/start-error.ts';
import { startSmallEndpoint } from './small-endpoint.ts';
import { queueArn } from './small-stack.ts';

const work = queueArn('work');
const never = new AbortController().signal;

let dataFolder: string;
beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'stores-'));
});
afterEach(() => rmSync(dataFolder, { recursive: true }));

it('what was in flight at a clean end is there at once at the next start, received once more', async () => {
  const first = await startSmallEndpoint({ dataFolder });
  for (const body of ['done', 'in flight']) await first.queues.send(work, body);
  const [done] = await first.queues.receive(work, 10, 0, never);
  await first.queues.delete(work, [done!.receiptHandle]);
  await first.close();

  const next = await startSmallEndpoint({ dataFolder });
  const received = await next.queues.receive(work, 10, 0, never);
  await next.close();

  expect(received).toMatchObject([
    { body: 'in flight', attributes: { ApproximateReceiveCount: '2' } },
  ]);
});

it.each([
  ['sqs', 'fauxqs.db'],
  ['events', 'events.db'],
])(
  'a file in the place of the store %s, or nonsense in it, is told by its name and the cause',
  async (name, file) => {
    const place = join(dataFolder, name);
    writeFileSync(place, '');
    const asFile = await startSmallEndpoint({ dataFolder }).catch((error: unknown) => error);
    rmSync(place);
    mkdirSync(place);
    writeFileSync(join(place, file), 'no database at all');
    const asNonsense = await startSmallEndpoint({ dataFolder }).catch((error: unknown) => error);

    for (const refusal of [asFile, asNonsense]) {
      expect(refusal).toBeInstanceOf(StartError);
      expect((refusal as Error).message).toMatch(
        new RegExp(
          `^${place} cannot be opened \\([^\\n]+\\): start with another data folder, [^\\n]+\\.$`,
        ),
      );
    }
    expect(existsSync(join(place, file))).toBe(true);
  },
);
