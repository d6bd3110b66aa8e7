// Requests nobody would send in good faith: each is answered, none with a fault.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { createHandler } from '../../../functions/admin/handler.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { routedEventTypes } from '../../../shared/event-types.ts';
import { functionUrlEvent } from '../../support/function-url-event.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';

const anyText = fc.string({ unit: 'binary' });

const hostileText = fc.oneof(
  anyText,
  fc.constantFrom(
    '',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    '\u202e',
    '\r\nset-cookie: a=b',
    '../../..',
    '%',
    '%00',
    'sub_00000000000000000000000',
    'https://user@hooks.example.com/',
    'https://hooks.example.com/\ud800',
  ),
);

const goodUrl = fc.nat(200).map((index) => `https://hooks.example.com/${index}`);

const url = fc.oneof(hostileText, fc.webUrl(), goodUrl);

const field = {
  url: fc.oneof(url, fc.anything()),
  event_types: fc.oneof(
    fc.array(fc.oneof(fc.constantFrom('*', ...routedEventTypes), hostileText)),
    fc.anything(),
  ),
  description: fc.oneof(hostileText, fc.anything()),
  status: fc.oneof(fc.constantFrom('enabled', 'paused', 'disabled'), fc.anything()),
  allow_same_url: fc.oneof(fc.boolean(), fc.anything()),
};

const good = { url: goodUrl, event_types: fc.constant(['*']) };

/** Right but for one field, or wholly right. */
const nearlyGood = fc.oneof(
  fc.record(good),
  fc.record({ ...good, url: field.url }),
  fc.record({ ...good, event_types: field.event_types }),
  fc.record({ ...good, description: field.description }),
  fc.record({ ...good, status: field.status, allow_same_url: field.allow_same_url }),
);

const nested = fc
  .integer({ min: 1, max: 30_000 })
  .map((depth) => `{"url":${'['.repeat(depth)}${']'.repeat(depth)}}`);

const body = fc.oneof(
  { weight: 4, arbitrary: nearlyGood.map(toText) },
  { weight: 4, arbitrary: fc.record(field, { requiredKeys: [] }).map(toText) },
  { weight: 2, arbitrary: fc.dictionary(hostileText, fc.anything()).map(toText) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: nested },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: fc.nat(100_000).map((size) => ' '.repeat(size)) },
);

/** Whatever JSON can say of a value. */
function toText(value: unknown): string {
  const text = (_: string, part: unknown) => (typeof part === 'bigint' ? Number(part) : part);
  return JSON.stringify(value, text) ?? 'null';
}

const segment = fc.oneof(
  fc.constantFrom('318', '319', 'sub_00000000000000000000000', '..', '.', '%2e%2e', '%ff', ''),
  hostileText.map((text) => encodeURIComponent(text.toWellFormed())),
  hostileText.map((text) => text.replaceAll(/[?#]/g, '')),
);

const path = fc.oneof(
  { weight: 5, arbitrary: fc.constant('/v1/companies/318/subscriptions') },
  {
    weight: 3,
    arbitrary: fc.tuple(segment, segment).map(([a, b]) => `/v1/companies/${a}/subscriptions/${b}`),
  },
  { weight: 1, arbitrary: fc.array(segment).map((segments) => `/${segments.join('/')}`) },
);

const request = fc.record({
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('POST', 'POST', 'GET', 'DELETE') },
    { weight: 1, arbitrary: fc.constantFrom('PUT', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'BREW') },
  ),
  path,
  query: fc.oneof(fc.constant(''), fc.string().map(encodeURIComponent)),
  // Rarely: one that `Request` refuses ends every other question.
  headers: fc.oneof(
    { weight: 9, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc.dictionary(fc.constantFrom('content-type', 'x-a', 'cookie'), hostileText),
    },
  ),
  body: fc.option(body, { nil: undefined, freq: 9 }),
});

it('answers 1,000 hostile requests with no fault, no stack and no secret but its own', async () => {
  const world = createMemoryWorld();
  const seen = new Set<number>();
  const handler = createHandler(createApp(world.deps, adminRoutes));

  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
      const event = functionUrlEvent(method, path, {
        query,
        headers,
        ...(body !== undefined && { body }),
      });

      const answer = await handler(event);

      const { statusCode = 0, body: text = '' } = answer as { statusCode: number; body: string };
      seen.add(statusCode);
      expect(statusCode).toBeGreaterThanOrEqual(200);
      expect(statusCode).toBeLessThan(500);
      expect(text).not.toMatch(/\bat .*\.ts:\d/);
      expect(text.includes('whsec_')).toBe(statusCode === 201);
    }),
    { numRuns: 1_000 },
  );

  expect(world.lines.filter(({ event }) => event !== 'admin.called')).toEqual([]);
  // Each kind of answer was met: the requests were not all refused at the door.
  expect([...seen]).toEqual(expect.arrayContaining([200, 201, 400, 404, 405]));
});
