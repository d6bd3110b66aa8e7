// The deletion of a company over a local DynamoDB: all of it goes, none of another's, whatever cuts it.
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeletionDeps, tendDeletion } from '../../functions/sweep/privacy/tend-deletion.ts';
import { putFailedAttempt } from '../../shared/attempts-table.ts';
import { putAuditEntry } from '../../shared/audit-table.ts';
import { deleteCandidateEvent } from '../../shared/candidates-table.ts';
import { deletionAsked } from '../../shared/company-deletion.ts';
import { deletionOf, getDeletion, putDeletion } from '../../shared/company-deletions-table.ts';
import {
  deleteConfiguration,
  deletePartition,
  deleteRow,
  findDeliveredEvents,
  findSubscriptionIds,
} from '../../shared/company-rows-table.ts';
import { putDelivery } from '../../shared/deliveries-table.ts';
import type { AtsEvent } from '../../shared/event.ts';
import { listPlaces, placeKey, storeArriving } from '../../shared/events-feed-table.ts';
import { getEvent, storeVariant } from '../../shared/events-table.ts';
import { eventKey, subscriptionPartition } from '../../shared/identifiers.ts';
import { newJob } from '../../shared/job.ts';
import { putJob } from '../../shared/jobs-table.ts';
import { toItem } from '../../shared/row.ts';
import { putSubscription } from '../../shared/subscriptions-table.ts';
import { claimDue, findDue, jobShard } from '../../shared/timers-table.ts';
import { putTombstone } from '../../shared/tombstones-table.ts';
import { cutCalls, type IsCut, runEach } from '../support/cut-calls.ts';
import { startDynalite, type TableName, type TestDynamoDb } from '../support/start-dynalite.ts';
import { heldDelivery, start, subscriptionId, subscriptionOf } from './jobs-setup.ts';

const full = process.env.RAPPEL_FULL === '1';

let dynamodb: TestDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynalite();
});
afterAll(() => dynamodb.close());

let companies = 40_000;

/** A company with a row of every kind. */
const createCompany = async (): Promise<number> => {
  companies += 1;
  const companyId = companies;
  const { client, tables } = dynamodb;
  await putSubscription(client, tables.subscriptions, subscriptionOf(companyId));
  await putAuditEntry(client, tables.subscriptions, {
    ...{ companyId, subscriptionId: `sub_009${'9'.repeat(20)}`, at: start, caller: 'arn' },
    ...{ action: 'deleted', fields: [], token: 't' },
  });
  for (const sk of ['url#1', 'request#1']) {
    const Item = toItem({ pk: String(companyId), sk });
    await client.send(new PutItemCommand({ TableName: tables.subscriptions, Item }));
  }
  const events: AtsEvent[] = ['e1', 'e2', 'e3'].map((id) => ({
    ...{ id, type: 'candidate.archived', timestamp: start.toISOString(), companyId },
    data: { candidate_id: 20 },
  }));
  for (const event of events) {
    const stored = await storeArriving(client, tables.events, event, start);
    if (stored.kind !== 'stored') throw new Error('not stored');
    await storeVariant(client, tables.events, event, 'thin@1', stored, start);
    await putDelivery(client, tables.deliveries, heldDelivery(companyId, event.id));
  }
  // A test, which is in no feed.
  await putDelivery(client, tables.deliveries, { ...heldDelivery(companyId, 'test'), test: true });
  const name = { companyId, eventId: 'e1', subscriptionId };
  const which = { number: 1, trigger: 'scheduled' } as const;
  await putFailedAttempt(client, tables.deliveries, name, which, {
    ...{ kind: 'unreachable', errorClass: 'dns', reason: '', startedAt: start, durationMs: 3 },
  });
  const job = { companyId, subscriptionId, kind: 'release', createdBy: 'arn', tail: 'a' } as const;
  await putJob(client, tables.deliveries, newJob(job, undefined, start));
  return companyId;
};

const createDeps = (clock: { now: Date }): DeletionDeps => {
  const { client, tables } = dynamodb;
  const { deliveries, events, subscriptions } = tables;
  const now = () => clock.now;
  return {
    claimDeletion: async (hint, until) => {
      const item = await claimDue(client, deliveries, hint, until);
      return item && deletionOf(item);
    },
    putDeletion: (deletion) => putDeletion(client, deliveries, deletion),
    listPlaces: (company) => listPlaces(client, events, company),
    getEvent: (company, id) => getEvent(client, events, company, id, now()),
    deleteCandidateEvent: (...args) => deleteCandidateEvent(client, events, ...args),
    deleteDeliveries: (company, id) => deletePartition(client, deliveries, eventKey(company, id)),
    deleteEvent: (company, id) => deletePartition(client, events, eventKey(company, id)),
    deletePlace: (company, place) => deleteRow(client, events, placeKey(company, place)),
    findSubscriptionIds: (company) => findSubscriptionIds(client, subscriptions, company),
    findDeliveredEvents: (company, id) => findDeliveredEvents(client, deliveries, company, id),
    deleteSubscriptionState: (company, id, hasTime) =>
      deletePartition(client, deliveries, subscriptionPartition(company, id), { hasTime }),
    deleteConfiguration: (company, hasTime) =>
      deleteConfiguration(client, subscriptions, company, hasTime),
    remainingMs: () => 30_000,
    now,
    log: () => {},
  };
};

/** Every row of all tables but that of the keys. */
const allRows = async (): Promise<string[]> => {
  const tables: TableName[] = ['subscriptions', 'events', 'deliveries'];
  const rows = (await Promise.all(tables.map((table) => dynamodb.rows(table)))).flat();
  return rows.map(({ pk, sk }) => `${pk} ${sk}`).toSorted();
};

/** Those of one company. */
const rowsOf = (companyId: number, rows: readonly string[]): string[] =>
  rows.filter((name) => new RegExp(`^(feed#)?${companyId}[ #]`).test(name));

const remove = async (
  companyId: number,
  clock: { now: Date },
  deps: DeletionDeps = createDeps(clock),
) => {
  const { client, tables } = dynamodb;
  await putTombstone(client, tables.subscriptions, companyId, undefined, start);
  await putDeletion(client, tables.deliveries, deletionAsked(undefined, companyId, 'arn', start));
  for (let minute = 0; minute < 30; minute += 1) {
    const { hints } = await findDue(client, tables.deliveries, jobShard, clock.now, 1_000);
    const mine = hints.find(({ pk }) => pk === `${companyId}#erasures`);
    if (mine) await tendDeletion(deps, mine).catch(() => {});
    const deletion = await getDeletion(client, tables.deliveries, companyId);
    if (deletion?.status === 'done') return deletion;
    clock.now = new Date(clock.now.getTime() + 61_000);
  }
  throw new Error('the deletion never ended');
};

describe('the deletion of a company', () => {
  it('leaves its tombstone and its proof, and every row of its neighbour', async () => {
    const companyId = await createCompany();
    const neighbour = await createCompany();
    const theirs = rowsOf(neighbour, await allRows());

    const deletion = await remove(companyId, { now: start });
    const rows = await allRows();

    expect(rowsOf(companyId, rows)).toEqual([
      `${companyId} erased`,
      expect.stringMatching(new RegExp(`^${companyId}#erasures deletion#cmp_`)),
    ]);
    expect(rowsOf(neighbour, rows)).toEqual(theirs);
    expect(theirs.length).toBeGreaterThan(15);
    expect(deletion).toMatchObject({ events: 3, rows: theirs.length });
    expect(deletion.completedAt).toBeDefined();
  });

  it('goes on where a sweep without much time left it, and forgets nothing on the way', async () => {
    const companyId = await createCompany();
    const clock = { now: start };
    const own = rowsOf(companyId, await allRows());
    let leftMs = 0;
    const deps = createDeps(clock);

    const deletion = await remove(companyId, clock, {
      ...deps,
      claimDeletion: (hint, until) => {
        leftMs = 10_000;
        return deps.claimDeletion(hint, until);
      },
      // It passes by a second from look to look.
      remainingMs: () => {
        leftMs -= 1_000;
        return leftMs;
      },
    });

    expect(rowsOf(companyId, await allRows())).toHaveLength(2);
    expect(deletion).toMatchObject({ events: 3, rows: own.length });
  });

  it('cut off at any of its calls, before the call took effect or after it, leaves no more', {
    timeout: 300_000,
  }, async () => {
    const { places } = await removeCut(() => false);
    const cuts = [...places].filter((_, n) => full || n % 12 === 0);

    const runs = await runEach(cuts, (cut) => removeCut((place) => place === cut));
    const rows = await allRows();
    const left = runs.map(({ companyId }) => rowsOf(companyId, rows));

    expect(places.size).toBeGreaterThan(40);
    expect(left.map((own) => own.length)).toEqual(cuts.map(() => 2));
  });
});

const removeCut = async (isCut: IsCut) => {
  const companyId = await createCompany();
  const clock = { now: start };
  const { ports, places } = cutCalls(createDeps(clock), isCut);
  await remove(companyId, clock, ports);
  return { companyId, places };
};
