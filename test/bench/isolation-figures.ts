// Percentiles of windows, and how far their ratio may be chance.
import type { Window } from './isolation-rig.ts';

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;

/** Milliseconds, ascending; what never came counts as endless. */
const latenciesOf = (windows: readonly Window[]): number[] =>
  windows
    .flatMap(({ neighbours }) => neighbours.map(({ ms }) => ms ?? Number.POSITIVE_INFINITY))
    .sort((a, b) => a - b);

/** The median of the windows' own: one that something else on this machine disturbed does not decide. */
export const p99Of = (windows: readonly Window[]): number => {
  const each = windows.map((window) => quantile(latenciesOf([window]), 0.99)).sort((a, b) => a - b);
  const middle = (each.length - 1) / 2;
  return (each[Math.floor(middle)]! + each[Math.ceil(middle)]!) / 2;
};

/** Of all the windows' deliveries together. */
export const pooledP99Of = (windows: readonly Window[]): number =>
  quantile(latenciesOf(windows), 0.99);

export const describeRate = (window: Window): string => {
  const sorted = latenciesOf([window]);
  const ms = (q: number) => `${quantile(sorted, q).toFixed(0)} ms`;
  const { kind, seconds, neighbours, slowLane } = window;
  return (
    `${kind.padEnd(8)} ${(window.events / seconds).toFixed(0)} events/s; ` +
    `the 98: ${(neighbours.length / seconds).toFixed(0)}/s, p50 ${ms(0.5)}, p90 ${ms(0.9)}, p99 ${ms(0.99)}, max ${ms(1)}; ` +
    `slow lane ${slowLane.atStart} to ${slowLane.atEnd} messages`
  );
};

const resamples = 500;

/** Where the ratio lies in nine of ten draws of as many windows, with replacement: windows differ more than samples. */
export const ratioInterval = (
  healthy: readonly Window[],
  faulty: readonly Window[],
): [low: number, high: number] => {
  const draw = (windows: readonly Window[]) =>
    windows.map(() => windows[Math.floor(Math.random() * windows.length)]!);
  const ratios = Array.from(
    { length: resamples },
    () => p99Of(draw(faulty)) / p99Of(draw(healthy)),
  );
  ratios.sort((a, b) => a - b);
  return [quantile(ratios, 0.05), quantile(ratios, 0.95)];
};
