// What `npm start` shows of a running stack: what happens, not what CloudWatch counts.
import { expect, it } from 'vitest';
import { describeObservation } from '../../../infra/local/console.ts';
import { createMetrics } from '../../../shared/metrics.ts';

const at = Date.parse('2026-11-24T09:00:00.120Z');

const shown = (line: string) =>
  describeObservation({ kind: 'log', at, functionName: 'deliver', line });

it('shows a function’s own line as its event and its fields', () => {
  const line = JSON.stringify({
    at: 'x',
    event: 'delivery.attempted',
    attempts: 1,
    status: 'waiting',
  });

  expect(shown(line)).toBe('09:00:00.120  delivery.attempted  attempts=1 status=waiting');
});

it('shows nothing of figures: a line or two for every call', () => {
  const lines: string[] = [];
  const metrics = createMetrics(
    () => new Date(at),
    (line) => lines.push(line),
  );
  metrics.measure('AttemptLatency', 40);
  metrics.flush('deliver');

  expect(lines.map(shown)).toEqual([undefined]);
});

it('shows a line of another make as it is', () => {
  expect(shown('Warning: a package says something')).toBe(
    '09:00:00.120  log        Warning: a package says something',
  );
});
