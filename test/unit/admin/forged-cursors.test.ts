// Cursors that anybody can make, since they are no secret: each list takes its own positions, and refuses all others.
import { expect, it } from 'vitest';
import { openApiOf } from '../../../functions/admin/openapi.ts';
import { cursorOf, type ListName } from '../../../functions/admin/page.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { createCheckedApp } from '../../support/checked-app.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { operationsOf } from '../../support/openapi-checker.ts';
import { callApp } from './call-app.ts';
import { create } from './subscriptions/subscription-rules.ts';

interface List {
  readonly path: string;
  readonly name: ListName;
  readonly position: readonly string[];
  readonly parameter?: string;
}

const at = '2026-10-12T08:00:00.000Z';
const company = '/v1/companies/318';
const operations = '/v1/operations';

/** By operation: its list's name, and a position that its table may have given. */
const listsOf = (id: string): Readonly<Record<string, List>> => ({
  listSubscriptions: {
    path: `${company}/subscriptions`,
    name: ['subscriptions', 318],
    position: [id],
  },
  listAudit: {
    path: `${company}/subscriptions/${id}/audit`,
    name: ['audit', 318, id],
    position: [`${at}#00000001-0123456789abcdef`],
  },
  listJobs: {
    path: `${company}/subscriptions/${id}/jobs`,
    name: ['jobs', 318, id],
    position: ['7'],
  },
  listDeliveries: {
    path: `${company}/subscriptions/${id}/deliveries`,
    name: ['log', 318, id, undefined, undefined, undefined, undefined],
    position: [at, 'evt_1'],
  },
  listEvents: {
    path: `${company}/events`,
    name: ['feed', 318],
    position: [`${at}#evt_1`],
    parameter: 'after',
  },
  exportCandidate: {
    path: `${company}/candidates/20817/export`,
    name: ['export', 318, '20817'],
    position: ['evt_1', id],
  },
  listStops: { path: `${operations}/stops`, name: ['stops'], position: ['stop#318'] },
  listStopChanges: {
    path: `${operations}/stops/audit`,
    name: ['stop changes'],
    position: [`audit#${at}#0123456789abcdef`],
  },
  listFailingSubscriptions: {
    path: `${operations}/failing-subscriptions`,
    name: ['failing', undefined],
    position: [`318#${id}`, 'health', at],
  },
});

/** What a table would refuse as a place to begin behind, or read as another one. */
const forged: readonly (readonly string[])[] = [
  [],
  [''],
  ['\u0000'],
  ['x'.repeat(700)],
  ['0'],
  ['-5'],
  ['1e400'],
  ['stop#'],
  ['zzz'],
  [`${at}#é`],
  ['9999-12-31T23:59:59.999Z'],
  ['+99999-01-01T00:00:00.000Z', 'evt_1'],
  [at, 'evt#1'],
  ['evt_1', 'sub_1'],
  ['318#sub_1', 'health', at],
  ['318', 'health'],
  ['318', 'health', at, 'more'],
];

it('every list takes a cursor of its own, and refuses each that names no place in it', async () => {
  const world = createMemoryWorld();
  const { id } = (await create(world)).subscription;
  const lists = listsOf(id);
  const app = createCheckedApp(world.deps);
  const answersOf = ({ path, name, parameter = 'cursor' }: List, position: readonly string[]) =>
    callApp(app, 'GET', `${path}?${parameter}=${cursorOf(name, position)}`);
  const paged = operationsOf(openApiOf(adminRoutes)).filter(({ operation }) =>
    (operation.parameters as { name?: string }[]).some(({ name }) =>
      /^(cursor|after)$/.test(`${name}`),
    ),
  );

  expect(Object.keys(lists).toSorted()).toEqual(
    paged.map(({ operation }) => operation.operationId).toSorted(),
  );
  for (const list of Object.values(lists)) {
    expect((await answersOf(list, list.position)).status).not.toBe(400);
    for (const position of forged) {
      const { status, json } = await answersOf(list, position);
      const paths = json.errors?.map((error: { path: string }) => error.path);
      expect([list.path, position, status, paths]).toEqual([
        ...[list.path, position],
        ...[400, [list.parameter ?? 'cursor']],
      ]);
    }
  }
});
