// What `npm start` shows of a running stack: what happens, not what CloudWatch counts.
import { expect, it } from 'vitest';
import { describeProgress, describeTrouble } from '../../../infra/local/console.ts';
import { createMetrics } from '../../../shared/metrics.ts';

const at = Date.parse('2026-11-24T09:00:00.120Z');

/** As progress, and as trouble. */
const shown = (line: string) => {
  const observation = { kind: 'log', at, functionName: 'deliver', line } as const;
  return [describeProgress(observation), describeTrouble(observation)];
};

it('shows a function’s own line as its event and its fields', () => {
  const line = JSON.stringify({
    at: 'x',
    event: 'delivery.attempted',
    attempts: 1,
    status: 'waiting',
  });

  expect(shown(line)).toEqual([
    '09:00:00.120  delivery.attempted  attempts=1 status=waiting',
    undefined,
  ]);
});

it.each([
  [{ method: 'GET', status: 200 }, false],
  [{ method: 'GET', status: 404 }, true],
  [{ method: 'POST', status: 201 }, true],
])('shows of the admin API what changes something, or fails: %j', (fields, isShown) => {
  const [progress] = shown(JSON.stringify({ at: 'x', event: 'admin.called', ...fields }));

  expect(progress !== undefined).toBe(isShown);
});

it('shows nothing of figures: a line or two for every call', () => {
  const lines: string[] = [];
  const metrics = createMetrics(
    () => new Date(at),
    (line) => lines.push(line),
  );
  metrics.measure('AttemptLatency', 40);
  metrics.flush('deliver');

  expect(lines.map(shown)).toEqual([[undefined, undefined]]);
});

it('shows a line of another make as trouble, as it is', () => {
  expect(shown('Warning: a package says something')).toEqual([
    undefined,
    '09:00:00.120  log        Warning: a package says something',
  ]);
});

it('lets nothing that a publisher wrote steer the terminal, or look like a line of its own', () => {
  const detailType = 'x\u001b[31mRED\n15:00:00.000  FAKE';

  expect(
    describeProgress({ kind: 'event-put', at, detailType, id: 'evt_1' } as Parameters<
      typeof describeProgress
    >[0]),
  ).toBe('09:00:00.120  put        x\\x1b[31mRED\\x0a15:00:00.000  FAKE evt_1');
  expect(describeTrouble({ kind: 'trouble', at, text: `to bus ${detailType}` })).toBe(
    '09:00:00.120  trouble    to bus x\\x1b[31mRED\\x0a15:00:00.000  FAKE',
  );
});
