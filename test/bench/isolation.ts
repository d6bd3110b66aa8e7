// `npm run bench:isolation`: what two sick receivers cost the ninety-eight healthy ones beside them.
import { parseArgs } from 'node:util';
import { describeRate, p99Of, pooledP99Of, ratioInterval } from './isolation-figures.ts';
import { createIsolationRig, type Window } from './isolation-rig.ts';

const { values } = parseArgs({
  options: {
    /** Pairs of a healthy window and one with faults, one after the other, in turns first. */
    rounds: { type: 'string', default: '6' },
    /** Seconds of one window. The two receivers fall sick after a quarter of it. */
    seconds: { type: 'string', default: '30' },
    /** Share of the measured maximum at which events are put. */
    load: { type: 'string', default: '0.5' },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);

/** A rise of the p99 that is too much. */
const ratioMax = 1.2;

const rig = await createIsolationRig();
const maximum = await rig.measureMaximum(10);
const rate = maximum * Number(values.load);
console.log(`maximum  ${maximum.toFixed(0)} deliveries/s; from here on ${rate.toFixed(0)}/s`);

await rig.occupySlowLane();
// Not counted: workers start, code is compiled, tables get their first rows.
await rig.measure(rate, seconds, 'healthy');
await rig.measure(rate, seconds, 'faulty');

const windows: Window[] = [];
for (let round = 0; round < rounds; round += 1) {
  const order =
    round % 2 === 0 ? (['healthy', 'faulty'] as const) : (['faulty', 'healthy'] as const);
  for (const kind of order) {
    const window = await rig.measure(rate, seconds, kind);
    console.log(describeRate(window));
    windows.push(window);
  }
}
await rig.close();

const healthy = windows.filter(({ kind }) => kind === 'healthy');
const faulty = windows.filter(({ kind }) => kind === 'faulty');
const ratio = p99Of(faulty) / p99Of(healthy);
const [low, high] = ratioInterval(healthy, faulty);
const ms = (value: number): string => `${value.toFixed(0)} ms`;
console.log(
  `p99 of the 98, median of ${rounds} windows: healthy ${ms(p99Of(healthy))}, faulty ${ms(p99Of(faulty))}: ` +
    `× ${ratio.toFixed(2)} (nine times of ten between ${low.toFixed(2)} and ${high.toFixed(2)}); less than × ${ratioMax} is wanted`,
);
console.log(
  `all windows together: healthy ${ms(pooledP99Of(healthy))}, faulty ${ms(pooledP99Of(faulty))}`,
);
process.exitCode = ratio < ratioMax ? 0 : 1;
