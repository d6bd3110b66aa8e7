// Workers that die, one at a time, at every point of an event's way: nothing is lost, and nothing repeated that was recorded.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CrashStack, startCrashStack } from './support/crash-stack.ts';
import { inBoth, nameOf, type Point, pointsOf, sampleOf } from './support/point.ts';
import { playScenario } from './support/run-scenario.ts';
import type { Scenario } from './support/scenario.ts';
import { scenarios } from './support/scenarios.ts';

const isFull = process.env.RAPPEL_FULL === '1';
const stacksAtOnce = Number(process.env.STACKS ?? 2);

interface Crash {
  readonly scenario: Scenario;
  readonly point: Point;
}

const enumerated: Crash[] = [];
let stacks: CrashStack[];

beforeAll(async () => {
  stacks = await Promise.all(Array.from({ length: stacksAtOnce }, startCrashStack));
});

afterAll(async () => {
  await Promise.all(stacks.map((stack) => stack.close()));
});

describe('without a crash', () => {
  it.each(scenarios)('$name: ends as expected', async (scenario) => {
    const plays = [];
    for (const n of [1, 2]) {
      const t = performance.now();
      const play = await playScenario(stacks[0]!, scenario);
      console.log(n, scenario.name, Math.round(performance.now() - t), play.places.length);
      plays.push(play);
    }
    const [one, other] = plays as [(typeof plays)[0], (typeof plays)[0]];
    for (const point of pointsOf(inBoth(one.places, other.places)))
      enumerated.push({ scenario, point });

    expect([...one.problems, ...other.problems]).toEqual([]);
  });
});

const dieAt = async (stack: CrashStack, { scenario, point }: Crash): Promise<string[]> => {
  let said: string[] = [];
  for (let tries = 0; tries < 3; tries += 1) {
    const { reached, problems } = await playScenario(stack, scenario, point).catch((error) => ({
      reached: true,
      problems: [String(error)],
    }));
    said = [...problems, ...(reached ? [] : ['not reached'])];
    if (reached) break;
  }
  return said.map((each) => `${scenario.name}, ${nameOf(point)}: ${each}`);
};

describe('a worker that dies', () => {
  it('has at least 500 distinct points to die at', () => {
    const s = new Set(enumerated.map(({ point }) => nameOf(point)));
    console.log(enumerated.length, s.size, new Set(enumerated.map(({ point }) => point.site)));
    expect(enumerated.length).toBeGreaterThanOrEqual(500);
  });

  it('loses nothing', { timeout: 900_000 }, async () => {
    const t = performance.now();
    let todo = isFull ? [...enumerated] : sampleOf(enumerated);
    const n = todo.length;
    const only = process.env.ONLY;
    if (only) todo = todo.filter((c) => (c.scenario.name + nameOf(c.point)).includes(only));
    const problems: string[] = [];
    await Promise.all(
      stacks.map(async (stack) => {
        for (let crash = todo.shift(); crash; crash = todo.shift()) {
          const p = await dieAt(stack, crash);
          if (p.length) console.log(p);
          problems.push(...p);
        }
      }),
    );
    console.log(n, 'points in', performance.now() - t);
    expect(problems).toEqual([]);
  });
});
