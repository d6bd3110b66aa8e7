// Changes side by side and cut off anywhere: no update is lost, no URL is taken twice, no change lacks its entry.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProblemError } from '../../../../functions/admin/problem.ts';
import { changeSubscription } from '../../../../functions/admin/subscriptions/change-subscription.ts';
import { createSubscription } from '../../../../functions/admin/subscriptions/create-subscription.ts';
import { subscriptionPatch } from '../../../../functions/admin/subscriptions/subscription-json.ts';
import { headersSentTo } from '../../../../shared/custom-headers.ts';
import { schemeOf } from '../../../../shared/signing-key.ts';
import {
  createMemoryWorld,
  livingOf,
  type MemoryWorld,
} from '../../../support/memory-subscriptions.ts';
import {
  create,
  expectSound,
  expectTidy,
  remove,
  request,
  requester,
} from './subscription-rules.ts';

const urls = ['a', 'b', 'c'].map((path) => `https://hooks.example.com/${path}`);
const elsewhere = 'https://other.example.com/d';

const change = (world: MemoryWorld, id: string, patch: object, ifMatch?: string) =>
  changeSubscription(world.deps, 318, id, subscriptionPatch.parse(patch), {
    ...requester(),
    ...(ifMatch !== undefined && { ifMatch }),
  });

/** The type of the problem, or nothing; faults are thrown on. */
const refusalOf = async (work: Promise<unknown>): Promise<string | undefined> => {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem.type;
    throw error;
  }
};

/** Calls in whatever order the scheduler says, once it is told to begin. */
const scheduled = (scheduler: fc.Scheduler) => {
  const order = { begun: false };
  const world = createMemoryWorld(
    (_, call) =>
      ((...args: never[]) =>
        order.begun
          ? scheduler.schedule(Promise.resolve()).then(() => call(...args))
          : call(...args)) as never,
  );
  return { world, order };
};

/** Each revision that a person made has one entry: in a row of its own, or with the subscription. */
const expectAudited = (world: MemoryWorld, id: string): void => {
  const row = [...world.rows.values()].find((each) => each.id === id)!;
  const tokens = new Set(
    [...world.audit.values()]
      .filter(({ subscriptionId }) => subscriptionId === id)
      .map(({ token }) => token),
  );
  if (row.lastChange !== undefined) tokens.add(row.lastChange.token);
  const revisions = [...tokens].map((token) => Number(token.slice(0, 8))).toSorted((a, b) => a - b);
  expect(revisions).toEqual(Array.from({ length: row.revision }, (_, index) => index + 1));
};

const patchArbitrary = fc.oneof(
  fc.record({ url: fc.constantFrom(...urls, elsewhere) }),
  fc.record({
    url: fc.constant(elsewhere),
    headers: fc.constantFrom({ 'x-a': 'there' }, { 'x-b': 'too' }),
  }),
  fc.record({ description: fc.constantFrom('x', 'y', 'z') }),
  fc.record({ headers: fc.constantFrom({ 'x-a': 'a' }, { 'x-b': 'b' }, { 'x-a': null }) }),
  fc.record({ status: fc.constantFrom('paused', 'enabled') }),
);

describe('changes side by side', () => {
  it('keep every rule, in whatever order their writes fall', async () => {
    const actions = fc.array(
      fc.oneof(
        { weight: 6, arbitrary: fc.tuple(fc.constantFrom(0, 1), patchArbitrary) },
        { weight: 1, arbitrary: fc.constantFrom('create' as const, 'delete' as const) },
      ),
      { minLength: 2, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), actions, async (scheduler, some) => {
        const { world, order } = scheduled(scheduler);
        const made = [
          (await create(world, { url: urls[0] })).subscription.id,
          (await create(world, { url: urls[1] })).subscription.id,
        ];
        world.clock += 3_600_000;
        order.begun = true;

        await scheduler.waitFor(
          Promise.all(
            some.map((action) =>
              refusalOf(
                action === 'create'
                  ? create(world, { url: urls[2] })
                  : action === 'delete'
                    ? remove(world, made[0]!)
                    : change(world, made[action[0]]!, action[1]),
              ),
            ),
          ),
        );

        expectSound(world);
        expectTidy(world);
        for (const { id } of world.rows.values()) expectAudited(world, id);
        for (const { id, url, headerNames = [] } of livingOf(world)) {
          const sent = headersSentTo(url, world.keys.get(`318/${id}`)?.headers);
          expect(Object.keys(sent).toSorted()).toEqual([...headerNames].toSorted());
        }
      }),
      { numRuns: process.env.RAPPEL_FULL ? 5_000 : 300 },
    );
  });

  it('that were made from one revision succeed once; the others are refused and change nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(patchArbitrary, { minLength: 2, maxLength: 4 }),
        async (scheduler, patches) => {
          const { world, order } = scheduled(scheduler);
          const { subscription } = await create(world, { url: urls[0] });
          order.begun = true;

          // Each differs from what is there, or it would not be a change.
          const answers = await scheduler.waitFor(
            Promise.all(
              patches.map((patch, index) =>
                refusalOf(
                  change(world, subscription.id, { ...patch, max_per_second: index + 1 }, '"1"'),
                ),
              ),
            ),
          );

          const winner = answers.indexOf(undefined);
          expect(answers.filter((answer) => answer === undefined).length).toBe(1);
          expect(new Set(answers)).toEqual(new Set([undefined, '/problems/changed-meanwhile']));
          const alone = createMemoryWorld();
          const { subscription: same } = await create(alone, { url: urls[0] });
          await change(alone, same.id, { ...patches[winner], max_per_second: winner + 1 });
          expect(resultOf(world)).toEqual(resultOf(alone));
          expectTidy(world);
        },
      ),
      { numRuns: process.env.RAPPEL_FULL ? 5_000 : 200 },
    );
  });
});

/** What a subscription has come to be, but for ids and secrets. */
const resultOf = (world: MemoryWorld) => ({
  rows: livingOf(world).map(({ id: _, lastChange: __, ...row }) => row),
  headers: [...world.keys.values()].map(({ headers }) => headers),
  claims: [...world.claims.keys()],
});

describe('a crash', () => {
  /** Every call of a table from the given one on fails; that one before or after it took effect. */
  const crashing = () => {
    const crash = { at: Number.POSITIVE_INFINITY, side: 'before' as 'before' | 'after', calls: 0 };
    const world = createMemoryWorld(
      (_, port) =>
        (async (...args: never[]) => {
          crash.calls += 1;
          if (crash.calls < crash.at) return port(...args);
          if (crash.calls === crash.at && crash.side === 'after') await port(...args);
          throw new Error('crashed');
        }) as never,
    );
    const callsOf = async (work: () => Promise<unknown>): Promise<number> => {
      crash.calls = 0;
      await work();
      return crash.calls;
    };
    return { world, crash, callsOf };
  };

  const patches = {
    'of the URL': { url: urls[1], headers: { 'x-new': 'b' } },
    'of the host': { url: elsewhere, headers: { 'x-new': 'b' } },
    'of headers': { headers: { 'x-key': null, 'x-new': 'b' } },
    'of the scheme': { signature: 'v1a' },
  };

  it.each(Object.entries(patches))(
    'of a change %s, at any call, is made whole by its repetition',
    async (_, patch) => {
      const start = async () => {
        const parts = crashing();
        const { subscription } = await create(parts.world, { headers: { 'x-key': 'a' } });
        return { ...parts, id: subscription.id };
      };
      const whole = await start();
      const calls = await whole.callsOf(() => change(whole.world, whole.id, patch));

      for (let at = 1; at <= calls; at += 1) {
        for (const side of ['before', 'after'] as const) {
          const { world, crash, id } = await start();
          Object.assign(crash, { at, side, calls: 0 });
          await change(world, id, patch).catch(() => 'crashed');
          crash.at = Number.POSITIVE_INFINITY;
          expectSound(world);

          await change(world, id, patch);

          expectSound(world);
          expectAudited(world, id);
          const holders = [...world.claims.values()].map(({ subscriptionId }) => subscriptionId);
          // The old URL's claim may be left over: see below.
          expect(new Set(holders)).toEqual(new Set([id]));
          const { url } = livingOf(world)[0]!;
          const expected = whole.world.keys.get(`318/${whole.id}`)!;
          const { headers, keys } = world.keys.get(`318/${id}`)!;
          expect(headersSentTo(url, headers)).toEqual(headersSentTo(url, expected.headers));
          expect(keys.map(({ secret }) => schemeOf(secret))).toEqual(
            expected.keys.map(({ secret }) => schemeOf(secret)),
          );
        }
      }
    },
  );

  it('of a change leaves no URL taken for ever: after a minute another subscription may have it', async () => {
    const patch = { url: urls[1] };
    const whole = crashing();
    const { subscription: changed } = await create(whole.world, { url: urls[0] });
    const calls = await whole.callsOf(() => change(whole.world, changed.id, patch));
    const { world, crash } = crashing();
    const { subscription } = await create(world, { url: urls[0] });

    for (let at = 1; at <= calls; at += 1) {
      Object.assign(crash, { at, side: 'after', calls: 0 });
      await change(world, subscription.id, patch).catch(() => 'crashed');
      crash.at = Number.POSITIVE_INFINITY;
      world.clock += 61_000;
      const free = livingOf(world)[0]!.url === urls[0] ? urls[1] : urls[0];

      const other = await create(world, { url: free });

      expectSound(world);
      await remove(world, other.subscription.id);
      await change(world, subscription.id, { url: urls[0] });
    }
  });

  it('of a creation, at any call, makes one subscription when it is repeated from the same seed', async () => {
    const probe = crashing();
    const calls = await probe.callsOf(() => create(probe.world));

    for (let at = 1; at <= calls; at += 1) {
      for (const side of ['before', 'after'] as const) {
        const { world, crash } = crashing();
        await create(world, { url: urls[1] });
        const same = requester();
        Object.assign(crash, { at, side, calls: 0 });
        await createSubscription(world.deps, 318, request(), same).catch(() => 'crashed');
        crash.at = Number.POSITIVE_INFINITY;
        // Another takes the slot that it may have had in mind.
        await create(world, { url: urls[2] });

        const { subscription, shown } = await createSubscription(world.deps, 318, request(), same);

        expect(livingOf(world).filter(({ url }) => url === subscription.url).length).toBe(1);
        expect(shown).toEqual({
          secret: world.keys.get(`318/${subscription.id}`)?.keys[0]?.secret,
        });
        expectSound(world);
      }
    }
  });
});
