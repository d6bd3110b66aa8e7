// What reaches deliver of what was erased, or deleted with its company: nobody is called, and nothing comes back.
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/deliver/deliver.ts';
import { good, loadedWith, messageOf, now, recordDeliver } from './deliver-setup.ts';

const erased = { event: { type: 'candidate.moved', storedAt: now } } as const;

describe('a delivery of an erased event', () => {
  it('ends as erased, and nobody is called', async () => {
    const { deps, calls, puts } = recordDeliver(good);

    await deliver(deps, messageOf(), loadedWith(erased), 'fast');

    expect(puts.map(({ delivery }) => delivery.status)).toEqual(['erased']);
    expect(calls.filter((name) => name.startsWith('attempt'))).toEqual([]);
  });

  it('ends so even where its subscription is deleted, or a stop stands', async () => {
    const { deps, puts } = recordDeliver(good);

    await deliver(deps, messageOf(), loadedWith({ ...erased, subscription: undefined }), 'fast');
    await deliver(deps, messageOf(), loadedWith({ ...erased, stopped: true }), 'slow');

    expect(puts.map(({ delivery }) => delivery.status)).toEqual(['erased', 'erased']);
  });
});

describe('a message of a company that was deleted', () => {
  it('writes no row: nothing would find it to delete it again', async () => {
    const { deps, calls, lines } = recordDeliver(good);

    await deliver(deps, messageOf(), { stopped: false }, 'fast');

    expect(calls).toEqual([]);
    expect(lines).toMatchObject([{ event: 'delivery.dropped', reason: 'forgotten' }]);
  });
});
