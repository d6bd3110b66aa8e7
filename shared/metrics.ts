// Figures, as lines of CloudWatch's embedded metric format: counted through an invocation, written at its end.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
import { writeLine } from './log.ts';
import type { ErrorClass, Outcome } from './outcome.ts';

export const metricNamespace = 'Rappel';

/** What is counted. */
export type CountName =
  /** Stored filters that could not be applied to an event: it was not sent to their subscriptions. */
  | 'BrokenFilters'
  /** Circuits that opened; not those that opened again before they had drained. */
  | 'CircuitOpenings'
  /** Messages that a function put into the dead letters itself, with their reason. */
  | 'DeadLettered'
  /** Places where an event's data are not as its type says; it is delivered all the same. */
  | 'Deviations'
  /** Fields taken out of events because no company may see them. */
  | 'ForbiddenFields'
  /** Shards and rows that a sweep could not deal with, or has not come to for long. */
  | 'SweepErrors';

/** What is measured, each value on its own, so that CloudWatch can tell percentiles. */
export type MeasureName =
  /** Milliseconds of one attempt, from its start to the end of the answer. */
  | 'AttemptLatency'
  /** Seconds by which the oldest due delivery is overdue when a sweep looks. */
  | 'OldestDueAge'
  /** Milliseconds from the bus taking an event to the first byte of its callback being sent. */
  | 'PublishToFirstByte';

/** What the attempts of deliveries met: a closed set, as each value is one more metric to pay for. */
export type DeliveryOutcome = 'accepted' | ErrorClass;

export interface Metrics {
  count(name: CountName, times?: number): void;
  /** At most a hundred values of one name in one invocation: more than a batch can give. */
  measure(name: MeasureName, value: number): void;
  /** Of several values in one invocation, the largest counts. */
  keepMax(name: MeasureName, value: number): void;
  /** Counts in `Deliveries`, by outcome. */
  countOutcome(outcome: Outcome): void;
  /** At the end of an invocation: writes what was gathered, and forgets it. Nothing gathered, nothing written. */
  flush(functionName: string): void;
}

const measureUnits = {
  AttemptLatency: 'Milliseconds',
  OldestDueAge: 'Seconds',
  PublishToFirstByte: 'Milliseconds',
} as const satisfies Record<MeasureName, string>;

/**
 * One line for all that has no outcome, and one for each outcome: a line can give a dimension one value. The
 * function is a dimension, since its name tells two stacks of one account apart. A company never is: each
 * would cost as much as the whole system.
 */
export const createMetrics = (
  now: () => Date,
  write: (line: string) => void = writeLine,
): Metrics => {
  const counts = new Map<CountName, number>();
  const measures = new Map<MeasureName, number[]>();
  const outcomes = new Map<DeliveryOutcome, number>();
  return {
    count: (name, times = 1) => add(counts, name, times),
    measure: (name, value) => void measures.set(name, [...(measures.get(name) ?? []), value]),
    keepMax: (name, value) =>
      void measures.set(name, [Math.max(value, ...(measures.get(name) ?? []))]),
    countOutcome: (outcome) =>
      add(outcomes, outcome.kind === 'accepted' ? 'accepted' : outcome.errorClass, 1),
    flush: (functionName) => {
      const at = now();
      const dimensions = { Function: functionName };
      const measured = [...measures].map(([name, value]) => {
        return { name, value, unit: measureUnits[name] };
      });
      const counted = [...counts].map(([name, value]) => ({ name, value, unit: 'Count' }));
      if (measured.length + counted.length > 0) {
        write(lineOf(at, dimensions, [...measured, ...counted]));
      }
      for (const [Outcome, value] of outcomes) {
        const deliveries = [{ name: 'Deliveries', value, unit: 'Count' }];
        write(lineOf(at, { ...dimensions, Outcome }, deliveries));
      }
      for (const each of [counts, measures, outcomes]) each.clear();
    },
  };
};

const add = <Name>(counts: Map<Name, number>, name: Name, times: number): void => {
  if (times > 0) counts.set(name, (counts.get(name) ?? 0) + times);
};

interface Metric {
  readonly name: string;
  readonly value: number | readonly number[];
  readonly unit: string;
}

const lineOf = (
  at: Date,
  dimensions: Readonly<Record<string, string>>,
  metrics: readonly Metric[],
): string => {
  const directive = {
    Namespace: metricNamespace,
    Dimensions: [Object.keys(dimensions)],
    Metrics: metrics.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  };
  return JSON.stringify({
    _aws: { Timestamp: at.getTime(), CloudWatchMetrics: [directive] },
    ...dimensions,
    ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])),
  });
};
