// Creating and deleting subscriptions: every interleaving, and every rule.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deleteCompany } from '../../../../functions/admin/privacy/delete-company.ts';
import { createSubscription } from '../../../../functions/admin/subscriptions/create-subscription.ts';
import { subscriptionsPerCompanyMax } from '../../../../shared/limits.ts';
import { createMemoryWorld, livingOf } from '../../../support/memory-subscriptions.ts';
import {
  answerOf,
  create,
  expectSound,
  expectTidy,
  remove,
  request,
  requester,
} from './subscription-rules.ts';

describe('requests side by side', () => {
  it('for one URL make one subscription, in whatever order their writes fall', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (scheduler, count) => {
        const world = createMemoryWorld(
          (_, call) => scheduler.scheduleFunction(call as never) as never,
        );

        const creations = Array.from({ length: count }, () => answerOf(create(world)));
        const answers = await scheduler.waitFor(Promise.all(creations));

        expect(answers.filter((answer) => answer.startsWith('sub_')).length).toBe(1);
        expect(livingOf(world).length).toBe(1);
        expectSound(world);
        expectTidy(world);
      }),
    );
  });

  it('for several URLs all succeed, each in a slot of its own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = createMemoryWorld(
          (_, call) => scheduler.scheduleFunction(call as never) as never,
        );
        const urls = [1, 2, 3, 4].map((index) => `https://hooks.example.com/${index}`);

        const creations = Promise.all(urls.map((url) => answerOf(create(world, { url }))));
        const answers = await scheduler.waitFor(creations);

        expect(answers.every((answer) => answer.startsWith('sub_'))).toBe(true);
        expect(new Set(answers.map((id) => id.slice(0, 7))).size).toBe(4);
        expectSound(world);
        expectTidy(world);
      }),
    );
  });

  it('to create and to delete one URL leave nothing over, whoever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        let isOrdered = false;
        const world = createMemoryWorld(
          (_, call) =>
            ((...args: never[]) =>
              isOrdered
                ? scheduler.schedule(Promise.resolve()).then(() => call(...args))
                : call(...args)) as never,
        );
        const { subscription } = await create(world);
        world.clock += 3_600_000;
        isOrdered = true;

        const both = Promise.all([remove(world, subscription.id), answerOf(create(world))]);
        const [deleted, answer] = await scheduler.waitFor(both);

        expect(deleted).toBe(true);
        expect(livingOf(world).map(({ id }) => id)).toEqual(
          answer === '/problems/url-in-use' ? [] : [answer],
        );
        expectSound(world);
        expectTidy(world);
      }),
    );
  });

  it('to create a subscription and to delete its company leave none, whoever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const world = createMemoryWorld(
          (_, call) =>
            ((...args: never[]) =>
              scheduler.schedule(Promise.resolve()).then(() => call(...args))) as never,
        );

        const both = Promise.all([
          answerOf(create(world)),
          deleteCompany(world.deps, 318, requester()),
        ]);
        const [answer] = await scheduler.waitFor(both);

        expect(answer).toMatch(/^sub_|^\/problems\/not-possible-now$/);
        expect(livingOf(world)).toEqual([]);
        expectTidy(world);
      }),
    );
  });

  it('never exceed the company’s hundred, and name the limit to the others', async () => {
    const world = createMemoryWorld();
    const urls = Array.from({ length: 130 }, (_, index) => `https://hooks.example.com/${index}`);

    const answers = await Promise.all(urls.map((url) => answerOf(create(world, { url }))));

    expect(livingOf(world).length).toBe(subscriptionsPerCompanyMax);
    expect(answers.filter((answer) => answer === '/problems/too-many-subscriptions').length).toBe(
      30,
    );
    expectSound(world);
    expectTidy(world);
  });
});

describe('a limit of the stack’s own', () => {
  it('is kept, whatever it is', async () => {
    const world = createMemoryWorld();
    const urls = [1, 2, 3, 4].map((index) => `https://hooks.example.com/${index}`);
    const deps = { ...world.deps, subscriptionsMax: 3 };

    const answers = await Promise.all(
      urls.map((url) => answerOf(createSubscription(deps, 318, request({ url }), requester()))),
    );

    expect(livingOf(world).length).toBe(3);
    expect(answers).toContain('/problems/too-many-subscriptions');
  });
});

describe('one URL', () => {
  it('is one however it is spelt', async () => {
    const world = createMemoryWorld();
    await create(world, { url: 'https://hooks.example.com:443/%7ea?' });

    const answer = await answerOf(create(world, { url: 'https://HOOKS.example.com/~a' }));

    expect(answer).toBe('/problems/url-in-use');
  });

  it('may be another company’s too', async () => {
    const world = createMemoryWorld();
    await create(world);

    const { subscription } = await createSubscription(world.deps, 319, request(), requester());

    expect(subscription.companyId).toBe(319);
  });

  it('is taken twice by a request that allows it, in either order, and only then', async () => {
    const world = createMemoryWorld();

    const answers = [
      await answerOf(create(world, { allow_same_url: true })),
      await answerOf(create(world)),
      await answerOf(create(world, { allow_same_url: true })),
    ];

    expect(answers[1]).toBe('/problems/url-in-use');
    expect(livingOf(world).map(({ id }) => id)).toEqual([answers[0], answers[2]]);
  });

  it('is free again after its deletion, and the new subscription may take the same slot', async () => {
    const world = createMemoryWorld();
    const first = await create(world);
    await remove(world, first.subscription.id);

    const second = await create(world);

    expect(second.subscription.id.slice(0, 7)).toBe(first.subscription.id.slice(0, 7));
    expect(second.subscription.id).not.toBe(first.subscription.id);
    expect(second.shown).not.toEqual(first.shown);
    expectTidy(world);
  });
});

describe('deleting', () => {
  it('is told from nothing there', async () => {
    const world = createMemoryWorld();
    const { subscription } = await create(world);

    const answers = [
      await remove(world, subscription.id, 319),
      await remove(world, `${subscription.id.slice(0, -1)}x`),
      await remove(world, subscription.id),
      await remove(world, subscription.id),
    ];

    expect(answers).toEqual([false, false, true, false]);
  });

  it('of one subscription leaves the claim of another to the same URL', async () => {
    const world = createMemoryWorld();
    const { subscription: claimant } = await create(world);
    const { subscription: other } = await create(world, { allow_same_url: true });

    await remove(world, other.id);

    expect([...world.claims.values()][0]?.subscriptionId).toBe(claimant.id);
  });
});

describe('the address', () => {
  it('of a name that resolves to a private one is refused, with the reason', async () => {
    const world = createMemoryWorld();
    const reason = 'hooks.example.com has the address 10.0.0.1, which is not public.';
    const deps = { ...world.deps, resolveName: async () => ({ kind: 'blocked' as const, reason }) };

    const creation = createSubscription(deps, 318, request(), requester());

    await expect(creation).rejects.toMatchObject({
      problem: { status: 400, errors: [{ path: 'url', message: `cannot be called: ${reason}` }] },
    });
    expect(world.claims.size + world.keys.size + world.rows.size).toBe(0);
  });

  it('of a name that does not resolve yet is left to the call', async () => {
    const world = createMemoryWorld();
    const resolveName = async () => ({ kind: 'unresolved' as const, reason: 'The name …' });

    const { subscription } = await createSubscription(
      { ...world.deps, resolveName },
      318,
      request(),
      requester(),
    );

    expect(subscription.url).toBe('https://hooks.example.com/a');
  });
});
