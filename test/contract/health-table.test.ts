// Health rows, on a local DynamoDB.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Health, newHealth } from '../../shared/health.ts';
import { getHealth, putHealth } from '../../shared/health-table.ts';
import { findDue, healthShard } from '../../shared/timers-table.ts';
import {
  type DeliveriesTable,
  startDeliveriesTable,
  deliveriesTable as table,
} from './deliveries-table-setup.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 9, minute));

let local: DeliveriesTable;
beforeAll(async () => {
  local = await startDeliveriesTable();
});
afterAll(() => local.close());

const dueBefore = async (before: Date): Promise<string[]> => {
  const { hints } = await findDue(local.client, table, healthShard, before, 100);
  return hints.map(({ pk }) => pk);
};

describe('the health rows', () => {
  it('give back every field that was put, one revision later', async () => {
    const full: Health = {
      ...newHealth(1, 'sub_full'),
      failures: 12,
      failingSince: at(0),
      lastSuccessAt: at(1),
      slowAnswers: [at(2), at(3)],
      slowUntil: at(8),
      circuit: {
        state: 'closed',
        tendAt: at(30),
        probedAt: at(29),
        drainStep: 2,
        emptySince: at(4),
        paced: true,
      },
      lastProbe: 7,
      warnings: 1,
      notices: [
        { kind: 'failing', at: at(5), failures: 11, failingSince: at(0), share: 0.5 },
        { kind: 'disabled', at: at(6), failures: 12, failingSince: at(0), reason: 'receiver' },
      ],
    };

    await putHealth(local.client, table, full);

    expect(await getHealth(local.client, table, 1, 'sub_full')).toEqual({ ...full, revision: 1 });
  });

  it('refuse a state that was made from an older one', async () => {
    const health = newHealth(1, 'sub_conflict');

    const puts = await Promise.all([1, 2].map(() => putHealth(local.client, table, health)));

    expect(puts.filter(Boolean)).toHaveLength(1);
  });

  it('are due by the circuit, and sooner by a notice; without either never', async () => {
    const open: Health = { ...newHealth(2, 'open'), circuit: { state: 'open', tendAt: at(40) } };
    const notice = { kind: 'disabled', at: at(10), failures: 1, reason: 'receiver' } as const;
    await putHealth(local.client, table, open);
    await putHealth(local.client, table, { ...open, subscriptionId: 'told', notices: [notice] });
    await putHealth(local.client, table, newHealth(2, 'quiet'));

    expect(await dueBefore(at(9))).not.toContain('2#told');
    expect(await dueBefore(at(10))).toContain('2#told');
    expect(await dueBefore(at(39))).not.toContain('2#open');
    expect(await dueBefore(at(40))).toContain('2#open');
    expect(await dueBefore(at(59))).not.toContain('2#quiet');
  });
});
