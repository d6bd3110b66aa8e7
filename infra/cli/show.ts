// `rappel show`: one delivery with its attempts, an event with its deliveries, or a subscription.
import { subscriptionIdPattern } from '../../shared/identifiers.ts';
import { answerOf, headings, rowOf } from './delivery-rows.ts';
import { readDeliveryId, type ShownAttempt, type ShownDelivery } from './find-deliveries.ts';
import { formatFields, formatTable } from './format-table.ts';
import { type Command, printResult } from './session.ts';
import { subscriptionsPath } from './subscriptions.ts';

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
      printResult(session, delivery, () => describeDelivery(delivery));
    } else if (subscriptionIdPattern.test(id)) {
      const path = `${subscriptionsPath(session.companyId())}/${id}`;
      const found = await request<Record<string, unknown>>('GET', path, ['id', 'url']);
      printResult(session, found, () => describeAny(found));
    } else {
      const path = `${company}/events/${encodeURIComponent(id)}`;
      const event = await request<ShownEvent>('GET', path, ['id', 'deliveries', 'not_delivered']);
      printResult(session, event, () => describeEvent(event));
    }
  },
};

interface ShownEvent {
  readonly id: string;
  readonly type: string;
  readonly stored_at: string;
  readonly erased: boolean;
  readonly deliveries: readonly ShownDelivery[];
  readonly not_delivered: readonly {
    readonly subscription_id: string;
    readonly reason: string;
    /** Of a setting that is a pattern. */
    readonly failed: readonly { readonly path: string; readonly expected: string }[];
  }[];
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
  const next = delivery.parked ? 'when its receiver, or its limit, lets it' : next_attempt_at;
  const fields = { delivery: id, status, event: event_id, type: event_type };
  return `${formatFields({ ...fields, subscription: subscription_id, 'next try': next })}\n\n${attempts}`;
};

const describeEvent = (event: ShownEvent): string => {
  const { id, type, stored_at, erased, deliveries, not_delivered } = event;
  return [
    formatFields({ event: id, type, stored: stored_at, ...(erased && { erased: 'for privacy' }) }),
    formatTable(headings, deliveries.map(rowOf)),
    ...(not_delivered.length === 0
      ? []
      : [
          formatTable(
            ['NOT DELIVERED TO', 'REASON', 'IT WANTS'],
            not_delivered.map(({ subscription_id, reason, failed }) => [
              subscription_id,
              reason,
              failed.map(({ path, expected }) => `${path}: ${expected}`).join(', ') || null,
            ]),
          ),
        ]),
  ].join('\n\n');
};
