// Lists a subscription's deliveries, and sends one again, or a test.
import { pageItemsMax } from '../../shared/limits.ts';
import { printable } from '../printable.ts';
import { headings, rowOf } from './delivery-rows.ts';
import { type DeliveryPage, newestOf, readDeliveryId } from './find-deliveries.ts';
import { formatTable } from './format-table.ts';
import { readSince } from './read-since.ts';
import { type Command, printResult } from './session.ts';
import { subscriptionsPath } from './subscriptions.ts';

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
    printResult(session, found, () => describeDeliveries(found, from || undefined));
  },
};

/** A cursor goes with the very instant that its list began at: `2h` is another one by now. */
const describeDeliveries = ({ deliveries, next_cursor }: DeliveryPage, from?: string): string => {
  const table = formatTable(headings, deliveries.map(rowOf));
  if (next_cursor === null) return table;
  const since = from === undefined ? '' : `--since ${from} `;
  return `${table}\n\nThere are more: say --all, or ${since}--after ${next_cursor}`;
};

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
    printResult(
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
    printResult(session, sent, () => `It is on its way. Look: npx rappel show ${sent.delivery_id}`);
  },
};
