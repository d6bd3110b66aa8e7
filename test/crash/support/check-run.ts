// What must hold at the end of a run, wherever a worker was ended.
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { attemptKeyPrefix } from '../../../shared/attempts-table.ts';
import { deletionKeyPrefix } from '../../../shared/company-deletions-table.ts';
import type { Company } from './company.ts';
import type { CrashStack, Run } from './crash-stack.ts';
import type { PlacedRow } from './placed-rows.ts';
import type { ExpectedDeliveries } from './scenario.ts';

type Row = Record<string, unknown> & { readonly pk: string; readonly sk: string };

interface DeliveryRow extends Row {
  readonly status: string;
  readonly attempts: number;
  readonly last_attempts: readonly { number: number; at: string; met: string }[];
}

const isDelivery = ({ sk }: Row): boolean => sk !== 'health' && !sk.includes('#');

export const checkRun = async (
  stack: CrashStack,
  run: Run,
  rows: readonly PlacedRow[],
): Promise<string[]> => {
  const found = rows
    .filter(({ table }) => table === stack.model.outputs.DeliveriesTable)
    .map(({ item }) => unmarshall(item) as Row);
  const { company, scenario } = run;
  const { deliveries, neighbour = {} } = scenario.expected;
  return [
    ...run.problems,
    ...checkDeliveries(stack, company, deliveries, found),
    ...(company.neighbour ? checkDeliveries(stack, company.neighbour, neighbour, found) : []),
    ...(scenario.expected.gone ? await checkGone(company) : []),
    ...checkErased(run, rows),
    ...(await checkDeadLetters(stack, run)),
    ...checkAnnounced(run),
  ];
};

const checkDeliveries = (
  stack: CrashStack,
  company: Company,
  expected: ExpectedDeliveries,
  allRows: readonly Row[],
): string[] => {
  const rows = allRows.filter(({ pk }) => pk.startsWith(`${company.id}#`));
  const deliveries = new Map(rows.filter(isDelivery).map((row) => [`${row.pk}/${row.sk}`, row]));
  const problems = Object.entries(expected).flatMap(([arrow, [status, min, max]]) => {
    const [eventId, to] = arrow.split('>') as [string, string];
    const name = company.nameOf(eventId, to);
    const row = deliveries.get(name) as DeliveryRow | undefined;
    deliveries.delete(name);
    if (row === undefined) return [`${arrow} has no row: it is lost`];
    return [
      ...(row.status === status ? [] : [`${arrow} is ${row.status} and not ${status}`]),
      ...checkCallbacks(stack, arrow, name, row.attempts, [min, max ?? min]),
      ...checkLog(arrow, row, rows),
    ];
  });
  return [...problems, ...[...deliveries.keys()].map((name) => `${name} was not to be`)];
};

/** A callback beyond those on record needs a worker that could not record it. */
const checkCallbacks = (
  { ledger, reaper }: CrashStack,
  arrow: string,
  name: string,
  attempts: number,
  [min, max]: readonly [number, number],
): string[] => {
  const made = ledger.callbacks(name);
  const explained = ledger.unrecorded(name, reaper.mayForget);
  const said = `${arrow}: ${made} callbacks, ${attempts} on record, ${explained} left unrecorded`;
  return [
    ...(made === attempts + explained ? [] : [said]),
    ...(made < min || made > max + explained ? [`${said}; ${min} to ${max} expected`] : []),
  ];
};

/** Attempts are numbered once, and each failed one on record has its detail. */
const checkLog = (arrow: string, row: DeliveryRow, rows: readonly Row[]): string[] => {
  const numbers = row.last_attempts.map(({ number }) => number);
  const wanted = Array.from({ length: row.attempts }, (_, index) => index + 1);
  const details = new Set(
    rows
      .filter(({ pk, sk }) => pk === row.pk && sk.startsWith(attemptKeyPrefix(row.sk)))
      .map(({ number, started_at }) => `${number} ${started_at}`),
  );
  const untold = row.last_attempts.filter(
    ({ number, at, met }) => !met.startsWith('2') && !details.has(`${number} ${at}`),
  );
  return [
    ...(numbers.join() === wanted.join() ? [] : [`${arrow}: attempts are numbered ${numbers}`]),
    ...untold.map(({ number }) => `${arrow}: attempt ${number} has no detail of its own`),
  ];
};

const checkErased = ({ company, scenario }: Run, rows: readonly PlacedRow[]): string[] => {
  const partitions = scenario.expected.erased?.map((eventId) => `${company.id}#${eventId}`) ?? [];
  return rows
    .filter(({ item }) => partitions.includes(item.pk!.S!) && item.body !== undefined)
    .map(({ item }) => `${item.pk!.S} ${item.sk!.S} still has its payload`);
};

/** What no event may come back over, and what tells of it. */
const checkGone = async (company: Company): Promise<string[]> => {
  const rows = (await company.allRows()).map(({ item }) => unmarshall(item) as Row);
  const isTombstone = ({ sk }: Row) => sk === 'erased';
  const isProof = ({ sk, status }: Row) => sk.startsWith(deletionKeyPrefix) && status === 'done';
  const left = rows.filter((row) => !isTombstone(row) && !isProof(row));
  return [
    ...left.map(({ pk, sk }) => `${pk} ${sk} is left of a company that was deleted`),
    ...(rows.some(isTombstone) ? [] : ['there is no tombstone']),
    ...(rows.some(isProof) ? [] : ['there is no proof of the deletion']),
  ];
};

/** A batch whose worker ended comes again, and its poison is buried again. */
const checkDeadLetters = async (
  { model, queues, reaper }: CrashStack,
  { scenario }: Run,
): Promise<string[]> => {
  const expected = scenario.expected.deadLetters ?? {};
  const counts = new Map(Object.keys(expected).map((code) => [code, 0]));
  for (const { name, arn } of model.queues.filter((each) => each.name.endsWith('-dead'))) {
    const letters = await queues.receive(arn, 10, 0, new AbortController().signal);
    await queues.delete(
      arn,
      letters.map(({ receiptHandle }) => receiptHandle),
    );
    for (const { messageAttributes } of letters) {
      const { stringValue = name } = (messageAttributes.code ?? {}) as { stringValue?: string };
      counts.set(stringValue, (counts.get(stringValue) ?? 0) + 1);
    }
  }
  const more = reaper.hasStruck() ? 1 : 0;
  return [...counts]
    .filter(([code, count]) => {
      const wanted = expected[code] ?? 0;
      return count < wanted || count > wanted * (1 + more);
    })
    .map(([code, count]) => `${count} dead letters ${code}, not ${expected[code] ?? 0}`);
};

const checkAnnounced = ({ announced, scenario }: Run): string[] => {
  const ids = Map.groupBy(announced, ({ type }) => type);
  const expected = scenario.expected.announced ?? {};
  return [...new Set([...ids.keys(), ...Object.keys(expected)])].flatMap((type) => {
    const count = new Set(ids.get(type)?.map(({ id }) => id)).size;
    const wanted = expected[type] ?? 0;
    return count === wanted ? [] : [`${count} events ${type}, not ${wanted}`];
  });
};
