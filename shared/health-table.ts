// Health rows, in the deliveries table: key (company#subscription, 'health'). Written only on failure or change.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Circuit } from './circuit.ts';
import type { Health, Notice } from './health.ts';
import { subscriptionPartition } from './identifiers.ts';
import { dated, fromItem, getItem, type Item, putOverRevision, type RowKey } from './row.ts';
import { healthShard } from './timers-table.ts';

interface HealthRow {
  readonly company_id: number;
  readonly subscription_id: string;
  readonly failures: number;
  readonly failing_since?: string;
  readonly last_success_at?: string;
  readonly slow_answers: readonly string[];
  readonly slow_until?: string;
  readonly circuit: Circuit['state'];
  readonly tend_at?: string;
  readonly probed_at?: string;
  readonly last_probe?: number;
  readonly drain_step?: number;
  readonly empty_since?: string;
  readonly paced?: boolean;
  readonly has_opened?: true;
  readonly warnings: number;
  readonly notices: readonly (Omit<Notice, 'at' | 'failingSince'> & {
    at: string;
    failing_since?: string;
  })[];
  readonly revision: number;
}

export const healthKey = (companyId: number, subscriptionId: string) => ({
  pk: subscriptionPartition(companyId, subscriptionId),
  sk: 'health',
});

/** Strongly consistent. */
export const getHealth = (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  subscriptionId: string,
): Promise<Health | undefined> => getHealthRow(client, table, healthKey(companyId, subscriptionId));

/** The same, by the key that an index gave. */
export const getHealthRow = async (
  client: DynamoDBClient,
  table: string,
  { pk, sk }: RowKey,
): Promise<Health | undefined> => {
  const item = await getItem(client, table, { pk, sk });
  return item && healthOf(item);
};

/** Writes health over what it was made from. False where another writer was first: read and decide again. */
export const putHealth = async (
  client: DynamoDBClient,
  table: string,
  health: Health,
): Promise<boolean> => putOverRevision(client, table, toRow(health), health.revision);

/** When the sweep shall look at it: for what the ATS has to be told, or by the circuit's timer. */
const wakeAtOf = ({ notices, circuit }: Health): Date | undefined =>
  [notices[0]?.at, circuit.tendAt]
    .filter((at) => at !== undefined)
    .sort((one, other) => one.getTime() - other.getTime())[0];

const toRow = (health: Health) => ({
  ...healthKey(health.companyId, health.subscriptionId),
  company_id: health.companyId,
  subscription_id: health.subscriptionId,
  failures: health.failures,
  failing_since: health.failingSince?.toISOString(),
  last_success_at: health.lastSuccessAt?.toISOString(),
  slow_answers: health.slowAnswers.map((at) => at.toISOString()),
  slow_until: health.slowUntil?.toISOString(),
  circuit: health.circuit.state,
  tend_at: health.circuit.tendAt?.toISOString(),
  probed_at: health.circuit.probedAt?.toISOString(),
  last_probe: health.lastProbe,
  drain_step: health.circuit.drainStep,
  empty_since: health.circuit.emptySince?.toISOString(),
  paced: health.circuit.paced,
  has_opened: health.hasOpened,
  warnings: health.warnings,
  notices: health.notices.map(({ at, failingSince, ...notice }) => ({
    ...notice,
    at: at.toISOString(),
    failing_since: failingSince?.toISOString(),
  })),
  due_shard: healthShard,
  due_at: wakeAtOf(health)?.toISOString(),
  revision: health.revision + 1,
});

export const healthOf = (item: Item): Health => {
  const row = fromItem<HealthRow>(item);
  return {
    companyId: row.company_id,
    subscriptionId: row.subscription_id,
    failures: row.failures,
    slowAnswers: row.slow_answers.map((at) => new Date(at)),
    circuit: {
      state: row.circuit,
      ...dated('tendAt', row.tend_at),
      ...dated('probedAt', row.probed_at),
      ...(row.drain_step !== undefined && { drainStep: row.drain_step }),
      ...dated('emptySince', row.empty_since),
      ...(row.paced && { paced: true }),
    },
    warnings: row.warnings,
    notices: row.notices.map(
      ({ at, failing_since, ...notice }) =>
        ({ ...notice, at: new Date(at), ...dated('failingSince', failing_since) }) as Notice,
    ),
    revision: row.revision,
    ...(row.has_opened && { hasOpened: true }),
    ...(row.last_probe !== undefined && { lastProbe: row.last_probe }),
    ...dated('failingSince', row.failing_since),
    ...dated('lastSuccessAt', row.last_success_at),
    ...dated('slowUntil', row.slow_until),
  };
};
