// Figures: gathered through an invocation, written as CloudWatch reads them.
import { expect, it } from 'vitest';
import { createMetrics } from '../../shared/metrics.ts';
import type { Outcome } from '../../shared/outcome.ts';

const now = new Date('2026-11-24T09:00:00Z');

const start = () => {
  const lines: string[] = [];
  const metrics = createMetrics(
    () => now,
    (line) => lines.push(line),
  );
  return { lines, ...metrics, read: () => lines.map((line) => JSON.parse(line)) };
};

const met = (more: Partial<Outcome>): Outcome =>
  ({ startedAt: now, durationMs: 1, ...more }) as Outcome;

it('are one line for an invocation, as the format’s specification has it', () => {
  const { count, measure, flush, read } = start();

  count('Deviations', 2);
  count('Deviations');
  measure('AttemptLatency', 40);
  measure('AttemptLatency', 41.5);
  flush('deliver');

  expect(read()).toEqual([
    {
      _aws: {
        Timestamp: now.getTime(),
        CloudWatchMetrics: [
          {
            Namespace: 'Rappel',
            Dimensions: [['Function']],
            Metrics: [
              { Name: 'AttemptLatency', Unit: 'Milliseconds' },
              { Name: 'Deviations', Unit: 'Count' },
            ],
          },
        ],
      },
      Function: 'deliver',
      AttemptLatency: [40, 41.5],
      Deviations: 3,
    },
  ]);
});

it('are a line for each outcome that was met: accepted, or why not', () => {
  const { countOutcome, flush, read } = start();

  countOutcome(met({ kind: 'accepted' }));
  countOutcome(met({ kind: 'refused', errorClass: 'http' }));
  countOutcome(met({ kind: 'accepted' }));
  countOutcome(met({ kind: 'unreachable', errorClass: 'dns' }));
  flush('deliver');

  expect(read()).toMatchObject([
    { Outcome: 'accepted', Deliveries: 2 },
    { Outcome: 'http', Deliveries: 1 },
    { Outcome: 'dns', Deliveries: 1 },
  ]);
  for (const line of read()) {
    expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Function', 'Outcome']]);
  }
});

it('keep the largest of an age, zero included', () => {
  const { keepMax, flush, read } = start();

  keepMax('OldestDueAge', 0);
  flush('sweep');
  keepMax('OldestDueAge', 3);
  keepMax('OldestDueAge', 700);
  keepMax('OldestDueAge', 5);
  flush('sweep');

  expect(read().map(({ OldestDueAge }) => OldestDueAge)).toEqual([[0], [700]]);
});

it('are forgotten once written, and none are no line', () => {
  const { count, flush, lines } = start();

  count('SweepErrors', 0);
  flush('sweep');
  count('SweepErrors');
  flush('sweep');
  flush('sweep');

  expect(lines).toHaveLength(1);
});
