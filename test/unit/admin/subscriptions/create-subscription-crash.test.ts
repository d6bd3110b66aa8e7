// A crash at every write of a creation and a deletion, and what the next request makes of it.
import { describe, expect, it } from 'vitest';
import { createMemoryWorld, livingOf } from '../../../support/memory-subscriptions.ts';
import { answerOf, create, expectSound, expectTidy, remove } from './subscription-rules.ts';

describe('a crash', () => {
  /** Every call of a table from the given one on fails; that one before or after it took effect. */
  const crashAt = (call: number, side: 'before' | 'after') => {
    let calls = 0;
    let isMended = false;
    const world = createMemoryWorld(
      (_, port) =>
        (async (...args: never[]) => {
          calls += 1;
          if (isMended || calls < call) return port(...args);
          if (calls === call && side === 'after') await port(...args);
          throw new Error('crashed');
        }) as never,
    );
    const mend = () => {
      isMended = true;
    };
    return { world, mend };
  };

  /** Calls of a creation that goes well: so many, and no more. */
  const creationCalls = 6;

  const points = [1, 2, 3, 4, 5, 6].flatMap((call) =>
    (['before', 'after'] as const).map((side) => [call, side] as const),
  );

  it.each(points)(
    'of a creation at call %i, %s it took effect, gives way after a minute',
    async (call, side) => {
      const { world, mend } = crashAt(call, side);
      await answerOf(create(world)).catch(() => 'crashed');
      expectSound(world);
      mend();
      world.clock += 61_000;

      const answer = await answerOf(create(world));

      expectSound(world);
      expect(livingOf(world).length).toBe(1);
      expect(answer).toMatch(/^sub_|url-in-use$/);
      expect([...world.claims.values()][0]?.subscriptionId).toBe(livingOf(world)[0]?.id);
    },
  );

  it('of a creation says meanwhile that the request may be repeated in a minute', async () => {
    // The fifth call is the subscription's own put: the claim is there, the subscription is not.
    const { world, mend } = crashAt(5, 'before');
    await answerOf(create(world)).catch(() => 'crashed');
    mend();

    const again = create(world);

    await expect(again).rejects.toMatchObject({
      problem: { status: 409, detail: expect.stringContaining('Repeat this one in a minute') },
    });
  });

  it.each(points)(
    'of a deletion at call %i, %s it took effect, is finished by its repetition',
    async (call, side) => {
      const { world, mend } = crashAt(call + creationCalls, side);
      const { subscription } = await create(world);
      await remove(world, subscription.id).catch(() => 'crashed');
      mend();
      world.clock += 61_000;

      await remove(world, subscription.id);

      expect(livingOf(world)).toEqual([]);
      expectTidy(world);
    },
  );
});
