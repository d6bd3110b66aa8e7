// Events that no rule takes: a look at them, and their way onto the bus once a rule does.
import * as z from 'zod';
import { unroutedName } from '../../../shared/queue-names.ts';
import { defineRoute, type Route } from '../route.ts';
import { peekBody } from './dead-letter-routes.ts';
import { peekMessages } from './peek-messages.ts';
import { isRouted, type PutAgainDeps, putAgain } from './put-again.ts';
import type { QueuePorts } from './queues.ts';
import {
  deadLetterJson,
  deadLetterToJson,
  type ReceivedMessage,
  readBusEvent,
} from './received-message.ts';

export type UnroutedDeps = QueuePorts & PutAgainDeps;

const path = '/v1/operations/unrouted';
const tag = 'Operations';

const unroutedJson = deadLetterJson
  .omit({ origin: true, code: true, reason: true, subscription_id: true })
  .extend({ has_rule: z.boolean().describe('A rule takes it by now: it can be put again.') })
  .meta({ id: 'UnroutedEvent' });

const unroutedToJson = (message: ReceivedMessage, eventSource: string) => {
  const { message_id, source, type, event_id, company_id, receive_count, sent_at } =
    deadLetterToJson(message);
  const event = readBusEvent(message.body);
  const has_rule = event !== undefined && isRouted(event, eventSource);
  return { message_id, source, type, event_id, company_id, receive_count, sent_at, has_rule };
};

export const unroutedRoutes: readonly Route<UnroutedDeps>[] = [
  defineRoute({
    method: 'POST',
    path: `${path}/peek`,
    id: 'peekUnrouted',
    tag,
    summary: 'Look at the events that no rule took, never at their details',
    description:
      'They are kept for 14 days. A look raises the receive count of what it shows, and hides it from ' +
      'other looks until it ends. A repeated `Idempotency-Key` looks again.',
    params: z.object({}),
    body: peekBody,
    answers: {
      200: {
        description: 'Some of them, in no order.',
        schema: z.strictObject({
          waiting: z.int().describe('How many there are, as SQS counts, approximately.'),
          events: z.array(unroutedJson),
        }),
      },
    },
    handle: async (deps: UnroutedDeps, { body }) => {
      const { waiting, inFlight } = await deps.countMessages(unroutedName);
      const messages = await peekMessages(deps, unroutedName, body.limit);
      const events = messages.map((message) => unroutedToJson(message, deps.eventSource));
      return { status: 200, body: { waiting: waiting + inFlight, events } };
    },
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/put-again`,
    id: 'putUnroutedAgain',
    tag,
    summary: 'Put unrouted events on the bus again, where a rule takes them by now',
    description:
      'With the source, type and detail that they came with. Each leaves the queue when the bus has taken it. ' +
      'What has no rule stays. So do those that EventBridge could not keep there, which are looked at too.',
    params: z.object({}),
    body: z.strictObject({}),
    answers: {
      200: {
        description: 'What became of those that were looked at. Repeat it while `more` is true.',
        schema: z.strictObject({
          put: z.int(),
          refused: z.int().describe('By the bus. They stay.'),
          unrouted: z.int().describe('Without a rule still. They stay.'),
          more: z.boolean(),
        }),
      },
    },
    handle: async (deps: UnroutedDeps) => {
      const body = await putAgain(deps);
      return { status: 200, body, reference: { answer: JSON.stringify(body) } };
    },
    rebuild: async (_, __, { answer }) => ({ status: 200, body: JSON.parse(answer!) }),
  }),
];
