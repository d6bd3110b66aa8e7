// The OpenAPI 3.1 description of the callbacks, for tools that generate receivers: its `webhooks`, one entry a type.
// https://spec.openapis.org/oas/v3.1.1.html
import { type EventTypeEntry, eventGroups } from '../shared/event-types/define-event-type.ts';
import { sampleOf } from '../shared/event-types/samples.ts';
import { callbackTimeoutMs, retryAfterMsMax, retryDelaysMs } from '../shared/limits.ts';
import { componentSchemas } from './openapi-schemas.ts';
import { durationWords } from './pages/quantities.ts';
import { requestHeaders } from './request-headers.ts';

const parameterRef = (name: string) => ({ $ref: `#/components/parameters/${name}` });
const responseRef = (name: string) => ({ $ref: `#/components/responses/${name}` });
const headerRef = (name: string) => ({ $ref: `#/components/headers/${name}` });

/** OpenAPI has places of their own for the body's type and for what describes the client.
 *  https://spec.openapis.org/oas/v3.1.1.html#parameter-name */
const parameters = requestHeaders.filter(
  ({ name }) => name.includes('-id') || name.startsWith('webhook-'),
);

export const openApiOf = (entries: readonly EventTypeEntry[]) => ({
  openapi: '3.1.1',
  info: {
    title: 'Webhooks of the ATS',
    version: '1',
    summary: 'What your receiver gets when something happens in the ATS.',
    description:
      'Each request is signed as Standard Webhooks describes it (https://www.standardwebhooks.com): verify ' +
      '`webhook-signature` over the bytes of the body before you trust it. Deliveries come at least once and in ' +
      'no promised order. Fields, values and event types are added without notice: pass over those that you do ' +
      'not know.',
  },
  // Nobody logs in: the signature in a header is what proves the sender.
  security: [],
  jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
  tags: [...new Set(entries.map(({ group }) => group))].map((group) => ({
    name: eventGroups[group].en,
  })),
  webhooks: Object.fromEntries(entries.map((entry) => [entry.name, { post: operationOf(entry) }])),
  components: {
    schemas: componentSchemas(entries),
    parameters: Object.fromEntries(
      parameters.map(({ name, example, description }) => [
        name,
        {
          name,
          in: 'header',
          required: true,
          description: `${description.en}.`,
          schema: { type: 'string' },
          example,
        },
      ]),
    ),
    responses,
    headers,
  },
});

const operationOf = (entry: EventTypeEntry) => ({
  operationId: entry.name,
  summary: entry.label.en,
  description: entry.description.en,
  tags: [eventGroups[entry.group].en],
  parameters: parameters.map(({ name }) => parameterRef(name)),
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: `#/components/schemas/${entry.name}` },
        examples: { sample: { summary: 'A complete sample', value: sampleOf(entry) } },
      },
    },
  },
  responses: {
    '2XX': responseRef('delivered'),
    '410': responseRef('gone'),
    '429': responseRef('later'),
    '503': responseRef('later'),
    default: responseRef('failed'),
  },
});

const disable = { 'rappel-subscription': headerRef('rappel-subscription') };
const abort = { 'rappel-delivery': headerRef('rappel-delivery'), ...disable };

const responses = {
  delivered: {
    description: `Delivered, once the whole answer has come within ${durationWords(callbackTimeoutMs, 'en').replace('\u00a0', ' ')}. Its body is ignored.`,
    headers: disable,
  },
  gone: { description: 'The webhook is disabled at once.' },
  later: {
    description: 'A failure. The next attempt waits for as long as `Retry-After` asks at least.',
    headers: { 'Retry-After': headerRef('retry-after'), ...abort },
  },
  failed: {
    description:
      'A failure: any other status, redirects included, which are never followed. The event is tried ' +
      `${retryDelaysMs.length + 1} times in all.`,
    headers: abort,
  },
};

const headers = {
  'retry-after': {
    description: `Whole seconds, or an HTTP date; up to ${durationWords(retryAfterMsMax, 'en').replace('\u00a0', ' ')} are granted.`,
    schema: { type: 'string' },
    example: '120',
  },
  'rappel-delivery': {
    description: '`abort`: this event is not tried again.',
    schema: { type: 'string', enum: ['abort'] },
  },
  'rappel-subscription': {
    description: '`disable`: the webhook is disabled.',
    schema: { type: 'string', enum: ['disable'] },
  },
};
