// Plays a scenario to its end: until every queue is empty and no timer is left. Ends a worker on the way, if told where.
import { indexLagMsMax } from '../../../shared/limits.ts';
import { checkRun } from './check-run.ts';
import { createCompany, createTemplate, type Templates } from './company.ts';
import type { CrashStack, Run } from './crash-stack.ts';
import { nextTimer, passTime } from './pass-time.ts';
import type { PlacedRow } from './placed-rows.ts';
import type { Place, Target } from './point.ts';
import type { Scenario } from './scenario.ts';

export interface Played {
  /** The outgoing calls, in order. */
  readonly places: readonly Place[];
  /** Whether the worker was ended at its point, or a fault was answered. */
  readonly reached: boolean;
  /** What does not hold; empty where all is well. */
  readonly problems: readonly string[];
}

/** Timers that a run may wait for: more than the longest scenario has, with a crash. */
const waitsMax = 30;

/** Milliseconds to the next timer: the longest wait of the schedule, its jitter, and the net behind it. */
const waitMsMax = 40 * 60_000;

const templates = new WeakMap<CrashStack, Templates>();
let companies = 1_000;

export const playScenario = async (
  stack: CrashStack,
  scenario: Scenario,
  target?: Target,
): Promise<Played> => {
  const template = await templateOf(stack, scenario);
  const neighbour = scenario.expected.neighbour
    ? await createCompany(stack, ++companies, scenario, template)
    : undefined;
  const company = await createCompany(stack, ++companies, scenario, template, neighbour);
  const run: Run = { scenario, company, waits: 0, announced: [], problems: [] };
  stack.begin(run, target);
  let rows: PlacedRow[] = [];
  for (const steps of [scenario.steps, scenario.afterwards]) {
    for (const step of steps ?? []) {
      await step(company);
      await stack.untilQuiet(company.queueUrls);
    }
    if (steps) rows = await untilTimersEnd(stack, run);
  }
  const places = [...stack.reaper.places];
  return { places, reached: stack.reaper.hasStruck(), problems: await checkRun(stack, run, rows) };
};

const templateOf = async (stack: CrashStack, scenario: Scenario) => {
  const known = templates.get(stack) ?? new Map();
  templates.set(stack, known);
  const template =
    known.get(scenario.name) ??
    (await createTemplate(stack, ++companies, scenario, stack.receiver.urlOf));
  known.set(scenario.name, template);
  return template;
};

/** Passes the time to each timer, and sweeps. Gives the rows as they are in the end. */
const untilTimersEnd = async (stack: CrashStack, run: Run): Promise<PlacedRow[]> => {
  for (; run.waits < waitsMax; run.waits += 1) {
    const rows = await rowsOf(run);
    const due = nextTimer(rows);
    if (due === undefined) return rows;
    // With nothing left to deliver only a circuit's last minutes remain.
    const isWaiting = rows.some(({ item }) => item.status?.S === 'waiting');
    const ms = due.getTime() - Date.now() + 1;
    if (ms > waitMsMax) run.problems.push(`a timer is ${Math.round(ms / 60_000)} minutes away`);
    await passTime(stack, rows, isWaiting || ms <= 0 ? ms : ms + indexLagMsMax);
    await stack.functions.invoke(sweepOf(stack), {});
    await stack.untilQuiet(run.company.queueUrls);
  }
  run.problems.push(`timers are left after ${waitsMax} waits`);
  return rowsOf(run);
};

const rowsOf = async ({ company }: Run): Promise<PlacedRow[]> => [
  ...(await company.rows()),
  ...((await company.neighbour?.rows()) ?? []),
];

const sweepOf = ({ model }: CrashStack): string =>
  model.functions.find(({ logicalId }) => logicalId.startsWith('Sweep'))!.arn;
