// Looks at deliveries, as they happen or afterwards, and sends one again.
import { setTimeout } from 'node:timers/promises';
import { subscriptionIdPattern } from '../../shared/identifiers.ts';
import { pageItemsMax } from '../../shared/limits.ts';
import { printable } from '../printable.ts';
import {
  type DeliveryPage,
  findNewest,
  newestOf,
  readDeliveryId,
  type ShownAttempt,
  type ShownDelivery,
} from './find-deliveries.ts';
import { formatFields, formatTable } from './format-table.ts';
import { readCount } from './read-command.ts';
import { readSince } from './read-since.ts';
import { type Command, type Session, show } from './session.ts';
import { subscriptionsPath } from './subscriptions.ts';

/** Between two looks. */
const pollMs = 1000;

/** Deliveries that a tail begins with, and of how many newest it tells what became of them. */
const shownFirst = 10;
const watched = 50;

const answerOf = (attempt: ShownAttempt | null | undefined): string =>
  attempt ? `${attempt.status ?? attempt.error_class} in ${attempt.duration_ms} ms` : '-';

const headings = ['UPDATED', 'STATUS', 'TYPE', 'TRIES', 'LAST ANSWER', 'DELIVERY'];

const rowOf = (delivery: ShownDelivery): (string | number)[] => [
  delivery.updated_at,
  delivery.status,
  delivery.event_type,
  delivery.attempt_count,
  answerOf(delivery.last_attempt),
  delivery.id,
];

/** A table's row before the table is known. */
const lineOf = (delivery: ShownDelivery): string => {
  const widths = [24, 9, 18, 2, 14, 0];
  const cells = rowOf(delivery).map((cell, index) => String(cell).padEnd(widths[index]!));
  return printable(cells.join('  '));
};

export const tail: Command = {
  usage: 'tail [SUBSCRIPTION]',
  summary: 'deliveries as they happen; Ctrl-C ends it',
  takes: [0, 1],
  options: { count: { type: 'string', about: 'N  end after so many' } },
  run: async (session, given) => {
    const count = readCount(given, 'count', 1_000_000) ?? Number.POSITIVE_INFINITY;
    const seen = new Set<string>();
    let printed = 0;
    for (let round = 0; printed < count && !session.stopped.aborted; round += 1) {
      if (round > 0) await pause(session);
      const found = await findNewest(session, given.positionals[0], watched);
      if (round === 0) {
        for (const older of found.splice(Math.min(shownFirst, count))) seen.add(stateOf(older));
      }
      for (const delivery of found.toReversed().toSorted(byUpdate)) {
        const state = stateOf(delivery);
        if (seen.has(state) || printed >= count) continue;
        seen.add(state);
        printed += 1;
        show(session, delivery, () => lineOf(delivery));
      }
    }
  },
};

const stateOf = ({ id, updated_at }: ShownDelivery): string => `${id} ${updated_at}`;

const byUpdate = (one: ShownDelivery, other: ShownDelivery): number =>
  one.updated_at.localeCompare(other.updated_at);

/** Until the next look, or Ctrl-C. */
export const pause = (session: Session): Promise<unknown> =>
  setTimeout(pollMs, undefined, { signal: session.stopped }).catch(() => undefined);

export const listDeliveries: Command = {
  usage: 'deliveries SUBSCRIPTION',
  summary: 'the newest deliveries of a subscription',
  takes: [1, 1],
  options: {
    status: { type: 'string', about: 'delivered, waiting, exhausted, held, …' },
    type: { type: 'string', about: 'TYPE' },
    since: { type: 'string', about: '2h, or 2026-10-12T08:15:00Z' },
    after: { type: 'string', about: 'CURSOR  those behind an earlier list, with the same options' },
    all: { type: 'boolean', about: `not the newest ${pageItemsMax} alone` },
  },
  run: async (session, { positionals: [id], values: { status, type, since, after, all } }) => {
    const wanted = all ? Number.POSITIVE_INFINITY : pageItemsMax;
    const from = since && readSince(String(since), session.now()).toISOString();
    const found = await newestOf(session, id!, wanted, {
      ...(status !== undefined && { status: String(status) }),
      ...(type !== undefined && { event_type: String(type) }),
      ...(from && { from }),
      ...(after !== undefined && { cursor: String(after) }),
    });
    show(session, found, () => describeDeliveries(found, from || undefined));
  },
};

/** A cursor goes with the very instant that its list began at: `2h` is another one by now. */
const describeDeliveries = ({ deliveries, next_cursor }: DeliveryPage, from?: string): string => {
  const table = formatTable(headings, deliveries.map(rowOf));
  if (next_cursor === null) return table;
  const since = from === undefined ? '' : `--since ${from} `;
  return `${table}\n\nThere are more: say --all, or ${since}--after ${next_cursor}`;
};

export const showOne: Command = {
  usage: 'show ID|last',
  summary: 'one delivery with its attempts, an event with its deliveries, or a subscription',
  takes: [1, 1],
  run: async (session, { positionals: [text] }) => {
    const id = await readDeliveryId(session, text!);
    const { request } = session.openStack();
    const company = `/v1/companies/${session.companyId()}`;
    if (id.startsWith('del_')) {
      const delivery = await request<ShownDelivery & { attempts: ShownAttempt[] }>(
        'GET',
        `${company}/deliveries/${encodeURIComponent(id)}`,
        ['id', 'attempts'],
      );
      show(session, delivery, () => describeDelivery(delivery));
    } else if (subscriptionIdPattern.test(id)) {
      const path = `${subscriptionsPath(session.companyId())}/${id}`;
      const found = await request<Record<string, unknown>>('GET', path, ['id', 'url']);
      show(session, found, () => describeAny(found));
    } else {
      const path = `${company}/events/${encodeURIComponent(id)}`;
      const event = await request<ShownEvent>('GET', path, ['id', 'deliveries', 'not_delivered']);
      show(session, event, () => describeEvent(event));
    }
  },
};

interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly stored_at: string;
  readonly deliveries: readonly ShownDelivery[];
  readonly not_delivered: readonly { subscription_id: string; reason: string }[];
}

const describeAny = (value: Readonly<Record<string, unknown>>): string =>
  formatFields(
    Object.fromEntries(
      Object.entries(value).map(([name, field]) => [
        name,
        typeof field === 'string' ? field : JSON.stringify(field),
      ]),
    ),
  );

const describeDelivery = (delivery: ShownDelivery & { attempts: ShownAttempt[] }): string => {
  const { id, status, event_id, event_type, subscription_id, next_attempt_at } = delivery;
  const attempts = formatTable(
    ['TRY', 'STARTED', 'TRIGGER', 'ANSWER', 'SAID'],
    delivery.attempts.map((attempt) => [
      attempt.number,
      attempt.started_at,
      attempt.trigger,
      answerOf(attempt),
      attempt.reason ?? attempt.response_body?.slice(0, 200) ?? null,
    ]),
  );
  const fields = { delivery: id, status, event: event_id, type: event_type };
  return `${formatFields({ ...fields, subscription: subscription_id, 'next try': next_attempt_at })}\n\n${attempts}`;
};

const describeEvent = ({ id, type, stored_at, deliveries, not_delivered }: ShownEvent): string =>
  [
    formatFields({ event: id, type, stored: stored_at }),
    formatTable(headings, deliveries.map(rowOf)),
    ...(not_delivered.length === 0
      ? []
      : [
          formatTable(
            ['NOT DELIVERED TO', 'FOR'],
            not_delivered.map(({ subscription_id, reason }) => [subscription_id, reason]),
          ),
        ]),
  ].join('\n\n');

export const resend: Command = {
  usage: 'resend DELIVERY|last',
  summary: 'attempt a delivery once more, now',
  takes: [1, 1],
  run: async (session, { positionals: [text] }) => {
    const id = await readDeliveryId(session, text!);
    const resent = await session
      .openStack()
      .request<{ delivery_id: string; attempt: number }>(
        'POST',
        `/v1/companies/${session.companyId()}/deliveries/${encodeURIComponent(id)}/resend`,
        ['delivery_id', 'attempt'],
        {},
      );
    show(
      session,
      resent,
      () =>
        `Attempt ${resent.attempt} is on its way. Look: npx rappel show ${printable(resent.delivery_id)}`,
    );
  },
};

export const sendTest: Command = {
  usage: 'test SUBSCRIPTION TYPE',
  summary: 'send a type’s sample to one subscription alone, marked as a test',
  takes: [2, 2],
  run: async (session, { positionals: [id, type] }) => {
    const sent = await session
      .openStack()
      .request<{ delivery_id: string }>(
        'POST',
        `${subscriptionsPath(session.companyId())}/${encodeURIComponent(id!)}/test`,
        ['delivery_id'],
        { event_type: type },
      );
    show(session, sent, () => `It is on its way. Look: npx rappel show ${sent.delivery_id}`);
  },
};
