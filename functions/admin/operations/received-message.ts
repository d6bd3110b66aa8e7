// What may be shown of a message that lies in a queue: ids, type and reason. Never its body, which may hold a candidate.
import * as z from 'zod';
import { identifierPattern, subscriptionIdPattern } from '../../../shared/identifiers.ts';
import type { BusEvent } from '../../../shared/put-events.ts';

/** A message as SQS gave it, for as long as its receipt holds. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receipt: string;
  readonly body: string;
  /** Message attributes, of those with a text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly sentAt: Date;
  /** This receive included. */
  readonly receiveCount: number;
}

/** An event as EventBridge puts it into a queue.
 *  https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
const busEvent = z.object({
  source: z.string(),
  'detail-type': z.string(),
  resources: z.array(z.string()).catch([]),
  detail: z.custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  ),
});

/**
 * Undefined where the body is no event of a bus. Without its time: where it is put again, fan-out would count the days
 * that it lay unrouted as ours. Its own timestamp is in its detail.
 */
export const readBusEvent = (body: string): BusEvent | undefined => {
  const { data } = busEvent.safeParse(parsed(body));
  if (data === undefined) return undefined;
  const { source, resources, detail } = data;
  return { source, type: data['detail-type'], resources, detail };
};

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Of a text that anybody may have put there. */
const shownCharacters = 200;

const short = (text: string): string => text.slice(0, shownCharacters).toWellFormed();

export const deadLetterJson = z
  .strictObject({
    message_id: z.string(),
    source: z.string().nullable().describe('Who published it, where it came from the bus.'),
    type: z.string().nullable().describe('The event’s type, where the message says it.'),
    event_id: z.string().nullable(),
    company_id: z.int().nullable(),
    subscription_id: z.string().nullable(),
    origin: z
      .enum(['buried', 'event_bus', 'other'])
      .describe(
        '`buried` by a function, with its reason; `event_bus`: EventBridge could not deliver it; `other`: received too often, or put there by hand.',
      ),
    code: z.string().nullable(),
    reason: z.string().nullable(),
    receive_count: z.int(),
    sent_at: z.iso.datetime(),
  })
  .meta({ id: 'DeadLetter' });

/** An id that does not look like one is not shown: it may be anything. */
const idIn = (value: unknown, pattern: RegExp): string | null =>
  typeof value === 'string' && pattern.test(value) ? value : null;

const companyIn = (value: unknown): number | null => (Number.isSafeInteger(value) ? +value! : null);

const idsOf = (body: string) => {
  const event = readBusEvent(body);
  const ids = event?.detail ?? (parsed(body) as Record<string, unknown> | null | undefined) ?? {};
  return {
    source: event === undefined ? null : short(event.source),
    type: event === undefined ? null : short(event.type),
    event_id: idIn(event === undefined ? ids.event_id : ids.id, identifierPattern),
    company_id: companyIn(ids.company_id),
    subscription_id: idIn(ids.subscription_id, subscriptionIdPattern),
  };
};

/** Attributes of a buried message are ours; those of EventBridge's:
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const whyOf = ({ code, reason, ERROR_CODE, ERROR_MESSAGE }: ReceivedMessage['attributes']) => {
  if (code !== undefined) return { origin: 'buried', code, reason: reason ?? null } as const;
  if (ERROR_CODE === undefined) return { origin: 'other', code: null, reason: null } as const;
  return {
    origin: 'event_bus',
    code: ERROR_CODE,
    reason: ERROR_MESSAGE === undefined ? null : short(ERROR_MESSAGE),
  } as const;
};

export const deadLetterToJson = (message: ReceivedMessage): z.input<typeof deadLetterJson> => ({
  message_id: message.messageId,
  ...idsOf(message.body),
  ...whyOf(message.attributes),
  receive_count: message.receiveCount,
  sent_at: message.sentAt.toISOString(),
});
