// What the OpenAPI document says once for all routes: security, headers, refusals.
// https://spec.openapis.org/oas/v3.1.1.html
import { idempotencyDays } from '../../shared/limits.ts';
import { type ProblemType, problemStatuses, problemTypes } from './problem.ts';

export const about = {
  info: {
    title: 'Rappel admin API',
    version: '1',
    summary: 'Subscriptions to webhooks, and what became of each delivery.',
    description:
      'For the back end of the ATS. Whoever may invoke the URL may act for every company: IAM cannot restrict ' +
      'paths. JSON in snake_case, times in ISO 8601, errors as RFC 9457 has them. Lists come in pages: repeat ' +
      'the request with `cursor` set to `next_cursor` until that is null.',
    license: { name: 'MIT', identifier: 'MIT' },
  },
  servers: [{ url: '/', description: 'The stack’s output `AdminUrl`.' }],
  security: [{ sigv4: [] }],
};

const securitySchemes = {
  sigv4: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'AWS Signature Version 4 for the service `lambda`.',
    'x-amazon-apigateway-authtype': 'awsSigv4',
  },
};

const parameters = {
  'Idempotency-Key': {
    name: 'Idempotency-Key',
    in: 'header',
    description:
      `Names the request for ${24 * idempotencyDays} hours: the same key and request again make nothing new, and ` +
      'give the same answer.',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    example: '8e03978e-40d5-43dd-bc93-6894a57f9324',
  },
  'If-Match': {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag of what was read: a change that others made since is not overwritten.',
    schema: { type: 'string' },
    example: '"3"',
  },
};

const headers = {
  ETag: {
    description: 'Names this state of it, for `If-Match`.',
    schema: { type: 'string' },
    example: '"3"',
  },
};

const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

/** One answer for each status that a route may refuse with, with the types of problem that it may be. No route
 *  answers 405: that is for requests without one. */
const responses = Object.fromEntries(
  [...Map.groupBy(Object.entries(problemStatuses), ([, status]) => status)]
    .filter(([status]) => status !== 405)
    .map(([status, types]) => [
      `Problem${status}`,
      {
        description: types
          .map(([type]) => `\`${type}\`: ${problemTypes[type as ProblemType]}`)
          .join('\n\n'),
        ...(status === 412 && { headers: { ETag: { $ref: '#/components/headers/ETag' } } }),
        content: problemContent,
      },
    ]),
);

const problemSchema = {
  type: 'object',
  description: 'https://www.rfc-editor.org/rfc/rfc9457',
  properties: {
    type: { type: 'string', enum: Object.keys(problemTypes) },
    status: { type: 'integer' },
    title: { type: 'string' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
        additionalProperties: false,
      },
    },
  },
  required: ['type', 'status', 'title'],
  additionalProperties: false,
};

export const components = {
  schemas: { Problem: problemSchema },
  parameters,
  headers,
  responses,
  securitySchemes,
};
