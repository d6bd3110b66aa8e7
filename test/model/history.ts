// A history: what happens to a world step by step, then fair weather until nothing moves any more.
import { erase, startRound } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import { type Chance, chanceOf } from './chance.ts';
import { companyId, runDeliver, runFanOut, runSweep, weatherOf } from './functions.ts';
import type { Mood } from './receiver.ts';
import { type Row, World } from './world.ts';

/** How often each kind of step comes, of the sum. */
const weights = {
  publish: 3,
  'fan-out': 2,
  deliver: 3,
  'at-once': 4,
  sweep: 2,
  wait: 2,
  run: 8,
  mood: 1,
  subscription: 1,
  resend: 1,
  recover: 1,
  erase: 1,
  expire: 1,
  stop: 1,
  poison: 1,
} as const;

type StepKind = keyof typeof weights;

export const stepKinds = (Object.keys(weights) as StepKind[]).flatMap((kind) =>
  Array.from({ length: weights[kind] }, () => kind),
);

export interface Step {
  readonly kind: StepKind;
  readonly seed: number;
}

const subscriptionIds = [0, 1, 2].map((slot) => `sub_00${slot}${'a'.repeat(20)}`);
const moods: Mood[] = [
  'well',
  'well',
  'fails',
  'fails',
  'fails',
  'times-out',
  'times-out',
  'is-slow',
  'asks-to-wait',
  'gone',
  'aborts',
];

/** Runs the steps, then lets it settle. @returns the laws that were broken */
export const runHistory = async (steps: readonly Step[], faults: boolean): Promise<string[]> => {
  const world = new World(faults);
  const epoch = new Date(0);
  for (const id of subscriptionIds) {
    const dates = { createdAt: epoch, updatedAt: epoch };
    world.setSubscription({
      id,
      companyId,
      url: 'https://receiver.example/0',
      eventTypes: ['*'],
      status: 'enabled',
      revision: 1,
      ...dates,
    });
  }
  world.moods.set(subscriptionIds[0]!, 'times-out');
  world.moods.set(subscriptionIds[1]!, 'fails');
  for (const step of steps) {
    await take(world, step, faults);
    world.step += 1;
  }
  await letSettle(world);
  checkEnd(world);
  return world.broken;
};

const take = async (world: World, { kind, seed }: Step, faults: boolean): Promise<void> => {
  const chance = chanceOf(seed);
  const weather = () => weatherOf(chance, faults);
  switch (kind) {
    case 'publish': {
      const fresh = 1 + chance.below(6);
      for (let left = fresh; left > 0; left -= 1) {
        // Now and then an event comes again.
        const id = chance.oneIn(4) ? `e${chance.below(5)}` : `e${world.now}-${world.step}-${left}`;
        world.ingress.send({ body: id }, world.now);
      }
      return;
    }
    case 'fan-out':
      return runFanOut(world, weather());
    case 'deliver':
      return runDeliver(world, chance.pick(['fast', 'slow']), weather());
    case 'at-once':
      return runAtOnce(world, chance, faults);
    case 'sweep':
      return runSweep(world, weather());
    case 'wait':
      world.now += chance.pick([1_000, 6_000, 61_000, 200_000, 1_000_000, 2_400_000]);
      return;
    case 'run':
      return runMinutes(world, chance, faults);
    case 'mood':
      world.moods.set(chance.pick(subscriptionIds), chance.pick(moods));
      return;
    case 'subscription':
      return changeSubscription(world, chance.pick(subscriptionIds), chance.below(20));
    case 'resend':
      return resend(world, chance);
    case 'recover':
      return changeRows(world, chance, (row) => {
        const { wakeAt: _, ...rest } = row;
        const dueAt = new Date(world.now);
        const started = startRound(rest, { job: `j${world.step}`, dueAt }, dueAt);
        if (started === rest) return row;
        world.watchRound(world.keyOf(row.eventId, row.subscriptionId));
        return { ...started, wakeAt: dueAt };
      });
    case 'erase':
      return eraseEvent(world, chance);
    case 'expire': {
      const stored = [...world.events.values()];
      if (stored.length > 0) chance.pick(stored).expired = true;
      return;
    }
    case 'stop':
      world.setStopped(!world.stopped && chance.oneIn(4));
      return;
    case 'poison':
      world.fast.send({ body: 'poison' }, world.now);
  }
};

/** Workers of both lanes, two sweeps, and a person who acts in their midst. */
const runAtOnce = async (world: World, chance: Chance, faults: boolean): Promise<void> => {
  const lanes = ['fast', 'fast', 'slow', 'slow'] as const;
  if (chance.oneIn(2)) await gatherCrowd(world, chance);
  const kind = chance.pick([
    'erase',
    'resend',
    'resend',
    'recover',
    'subscription',
    'subscription',
    'stop',
  ] as const);
  const act = async (): Promise<void> => {
    // At once, or while workers wait for their receivers.
    await world.pass(chance.pick([0, 500, 1_500, 4_000]));
    for (let pause = chance.below(60); pause > 0; pause -= 1) await Promise.resolve();
    await take(world, { kind, seed: chance.below(2 ** 31) }, faults);
  };
  const weather = () => weatherOf(chance, faults);
  await Promise.all([
    ...lanes.map((lane) => runDeliver(world, lane, weather())),
    runSweep(world, weather()),
    runSweep(world, weather()),
    act(),
  ]);
};

/** So many events at once that a batch holds several of each receiver, and the later ones wait there for the first. */
const gatherCrowd = async (world: World, chance: Chance): Promise<void> => {
  for (const id of subscriptionIds) {
    world.moods.set(id, chance.pick(['well', 'is-slow', 'is-slow', 'gone', 'times-out']));
  }
  for (let event = 0; event < 8; event += 1) {
    world.ingress.send({ body: `e${world.now}-${world.step}-crowd${event}` }, world.now);
  }
  for (let turn = 0; turn < 3; turn += 1) await runFanOut(world, weatherOf(chance, false));
};

/** Some minutes as usual: events come, each function runs as long as it has work. */
const runMinutes = async (world: World, chance: Chance, faults: boolean): Promise<void> => {
  for (let minute = chance.below(12); minute >= 0; minute -= 1) {
    const weather = weatherOf(chance, faults);
    if (chance.oneIn(3)) world.ingress.send({ body: `e${world.now}-${world.step}` }, world.now);
    for (let turn = 0; turn < 4; turn += 1) {
      await runFanOut(world, weather);
      await Promise.all([runDeliver(world, 'fast', weather), runDeliver(world, 'slow', weather)]);
      world.now += chance.pick([1_000, 5_000, 14_000]);
    }
    await runSweep(world, weather);
    world.now += chance.pick([4_000, 30_000, 60_000]);
    world.step += 1;
  }
};

const changeSubscription = (world: World, id: string, what: number): void => {
  const subscription = world.subscriptions.get(id)!;
  if (subscription.deletedAt) return;
  const updatedAt = new Date(world.now);
  const changed = { ...subscription, updatedAt };
  if (what === 0) world.setSubscription({ ...changed, deletedAt: updatedAt });
  else if (what < 4) world.setSubscription({ ...changed, status: 'paused' });
  else if (what < 10) world.setSubscription({ ...changed, status: 'enabled' });
  else world.setSubscription({ ...changed, url: `https://receiver.example/${world.step}` });
};

/** As an erasure does: an event's payload first, then each of its deliveries that could still be sent. */
const eraseEvent = async (world: World, chance: Chance): Promise<void> => {
  if (world.events.size === 0) return;
  const eventId = chance.pick([...world.events.keys()]);
  world.erasePayload(eventId);
  for (const [key, seen] of world.deliveries.all()) {
    if (seen.eventId !== eventId) continue;
    for (let pause = chance.below(4); pause > 0; pause -= 1) await Promise.resolve();
    const { wakeAt, ...row } = world.deliveries.get(key)!;
    const erased = erase(row, new Date(world.now));
    if (erased !== row) world.writeDelivery(key, erased);
  }
};

/** The admin API's writes, over rows as they are, and never over an erased one: some of those that wait, or any one. */
const changeRows = (world: World, chance: Chance, change: (row: Row) => Row): void => {
  const rows = world.deliveries.all().filter(([, { status }]) => status !== 'erased');
  const one = chance.below(Math.max(rows.length, 1));
  for (const [index, [key, row]] of rows.entries()) {
    if (index !== one && !(row.status === 'waiting' && chance.oneIn(4))) continue;
    const next = change(row);
    if (next === row) continue;
    world.writeDelivery(key, next);
    if (next.status === 'waiting') world.slow.send(nextAttemptMessage(next), world.now);
  }
};

/** Asks for a manual attempt of any delivery, one without a row too; now and then its message comes twice. */
const resend = (world: World, chance: Chance): void => {
  if (world.events.size === 0) return;
  const eventId = chance.pick([...world.events.keys()]);
  const subscriptionId = chance.pick(subscriptionIds);
  const key = world.keyOf(eventId, subscriptionId);
  const { attempts, status } = world.deliveries.get(key) ?? { attempts: 0, status: 'waiting' };
  if (status === 'erased') return;
  const name = { companyId, eventId, subscriptionId, variant: 'full@1', attempts };
  // Now and then two people ask at once, both for the next number.
  for (let people = chance.pick([1, 1, 2]); people > 0; people -= 1) {
    const request = chance
      .below(2 ** 32)
      .toString(16)
      .padStart(16, '0');
    const message = nextAttemptMessage(name, { trigger: 'manual', request });
    const copies = chance.pick([1, 1, 2]);
    world.watchResend(key, copies);
    for (let left = copies; left > 0; left -= 1) world.fast.send(message, world.now);
  }
};

/** Fair weather: no faults, every receiver well. Ends when no message is left and no timer runs. */
const letSettle = async (world: World): Promise<void> => {
  world.moods.clear();
  const chance = chanceOf(world.step);
  const weather = weatherOf(chance, false);
  for (let minute = 0; minute < 400; minute += 1) {
    for (let turn = 0; turn < 200 && hasWork(world); turn += 1) {
      await runFanOut(world, weather);
      await runDeliver(world, 'fast', weather);
      await runDeliver(world, 'slow', weather);
    }
    await runSweep(world, weather);
    if (isQuiet(world)) return;
    world.now += 60_000;
  }
};

const hasWork = (world: World): boolean =>
  [world.ingress, world.fast, world.slow].some((queue) => queue.hasVisible(world.now));

const isQuiet = (world: World): boolean =>
  [world.ingress, world.fast, world.slow].every((queue) => queue.size === 0) &&
  world.deliveries.all().every(([, row]) => row.status !== 'waiting' && row.wakeAt === undefined) &&
  world.health.all().every(([, { circuit, notices }]) => !circuit.tendAt && notices.length === 0);

const checkEnd = (world: World): void => {
  world.law(isQuiet(world), 'something still waits, or a timer never ends');
  for (const [key, row] of world.deliveries.all())
    world.law(
      row.status !== 'waiting',
      `${key}: lost, it waits with ${row.parked ? 'a circuit' : 'a timer'} that nobody looks at`,
    );
  for (const key of world.untold) world.law(false, `${key}: exhausted, and the ATS was not told`);
  for (const event of world.events.keys())
    for (const { id, deletedAt } of world.subscriptions.values())
      world.law(
        deletedAt !== undefined || world.deliveries.get(world.keyOf(event, id)) !== undefined,
        `${event} never became a delivery of ${id}`,
      );
};
