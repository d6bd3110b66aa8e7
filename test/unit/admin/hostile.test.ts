// Requests nobody would send in good faith, made from the OpenAPI document: each is answered, none with a fault.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { createHandler } from '../../../functions/admin/handler.ts';
import { openApiOf } from '../../../functions/admin/openapi.ts';
import { cursorOf } from '../../../functions/admin/page.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { arbitraryOf, nearly } from '../../support/arbitrary-of-schema.ts';
import { functionUrlEvent } from '../../support/function-url-event.ts';
import { operationsOf } from '../../support/openapi-checker.ts';
import { createHostileWorld, hostileIds, ofAnotherCompany } from './hostile-world.ts';

const document = openApiOf(adminRoutes);
const operations = operationsOf(document);
const requests = process.env.RAPPEL_FULL ? 10_000 : 1_000;

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
    'x'.repeat(3_000),
    'ﬀİ\u0130\u1e9e',
  ),
);

const goodUrl = fc.nat(200).map((index) => `https://hooks.example.com/${index}`);

/** Of the body's fields, those that a schema cannot describe. */
const goodFields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  url: goodUrl,
  filter: fc.constantFrom(null, { type: [{ prefix: 'candidate.' }] }, '{"data":{"id":[1]}}'),
  headers: fc.constantFrom(null, {}, { 'x-key': 'a' }, { authorization: 'Bearer b' }),
};

const anyValue = fc.oneof(
  hostileText,
  fc.anything(),
  goodUrl,
  fc.constantFrom({ 'x-a': 'b\r\nx-c: d' }, { host: 'a' }, { 'X-Key': 'b' }, 1e308, -0, []),
);

const nested = fc
  .integer({ min: 1, max: 30_000 })
  .map((depth) => `{"url":${'['.repeat(depth)}${']'.repeat(depth)}}`);

/** Whatever JSON can say of a value. */
const toText = (value: unknown): string => {
  const text = (_: string, part: unknown) => (typeof part === 'bigint' ? Number(part) : part);
  return JSON.stringify(value, text) ?? 'null';
};

type Operation = (typeof operations)[number];

const bodyOf = ({ operation }: Operation): fc.Arbitrary<string | undefined> => {
  const [media] = Object.values(operation.requestBody?.content ?? {});
  if (media === undefined) return fc.option(hostileText, { nil: undefined });
  const { properties = {} } = media.schema as { properties?: Record<string, object> };
  const fields = Object.keys(properties).filter((name) => name in goodFields);
  const good = fc
    .tuple(arbitraryOf(media.schema), ...fields.map((name) => goodFields[name]!))
    .map(([body, ...values]) => ({
      ...(body as object),
      ...Object.fromEntries(
        fields.flatMap((name, index) =>
          name in (body as object) || name === 'url' ? [[name, values[index]]] : [],
        ),
      ),
    }));
  return fc.oneof(
    { weight: 5, arbitrary: good.map(toText) },
    { weight: 6, arbitrary: nearly(good, anyValue).map(toText) },
    { weight: 1, arbitrary: fc.dictionary(hostileText, fc.anything()).map(toText) },
    { weight: 1, arbitrary: fc.oneof(fc.json(), nested, hostileText) },
    { weight: 1, arbitrary: fc.nat(100_000).map((size) => ' '.repeat(size)) },
  );
};

const segmentOf = (name: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...hostileIds[name]!) },
    { weight: 1, arbitrary: fc.constantFrom('999', '..', '.', '%2e%2e', '%ff', '%00', '') },
    { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: hostileText.map((text) => text.replaceAll(/[?#]/g, '')) },
  );

const pathOf = ({ path }: Operation): fc.Arbitrary<string> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return fc.tuple(...names.map(segmentOf)).map((segments) => {
    const left = [...segments];
    return path.replaceAll(/\{\w+\}/g, () => left.shift()!);
  });
};

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const queryOf = ({ operation }: Operation): fc.Arbitrary<string> => {
  const named = (operation.parameters as { in?: string; name?: string; schema?: object }[]).filter(
    (each) => each.in === 'query',
  );
  const textFor = (name: string, schema: object) =>
    fc.oneof(
      { weight: 9, arbitrary: name === 'cursor' ? altered : arbitraryOf(schema) },
      { weight: 1, arbitrary: hostileText },
    );
  const pairs = fc.tuple(
    ...named.map(({ name, schema }) =>
      rarely(textFor(name!, schema!).map((value) => [name!, String(value)])),
    ),
  );
  const odd = rarely(fc.tuple(hostileText, hostileText));
  return fc.tuple(pairs, odd).map(([some, other]) =>
    [...some, other]
      .filter((pair) => pair !== undefined)
      .map((pair) => pair.map((text) => encodeURIComponent(text.toWellFormed())).join('='))
      .join('&'),
  );
};

/** A cursor that was given, or one like it. */
const altered = fc.tuple(fc.nat(), fc.constantFrom('', 'A', '_', '%')).map(([at, letter]) => {
  const cursor = cursorOf(['subscriptions', 318], [hostileIds.id![1]!]);
  const place = at % (2 * cursor.length);
  return place < cursor.length ? cursor.slice(0, place) + letter + cursor.slice(place + 1) : cursor;
});

const headers = fc.record(
  {
    'idempotency-key': fc.oneof(fc.constantFrom('one', 'two', '"three"'), hostileText),
    'if-match': fc.oneof(fc.constantFrom('*', '"1"', '"2"'), hostileText),
    'content-type': hostileText,
    'content-length': fc.constantFrom('0', '-1', '99999999', 'NaN'),
    cookie: hostileText,
  },
  { requiredKeys: [] },
);

/** Rarely: one that `Request` refuses ends every other question. */
const someHeaders = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ 'if-match': fc.constantFrom('*', '"1"', '"2"') }) },
  { weight: 1, arbitrary: headers },
);

const strangePath = fc.array(hostileText.map((text) => text.replaceAll(/[?#]/g, '')));

/** Those that change what the others meet come more often. */
const tried = operations.flatMap((each) =>
  /^(create|change|delete)Subscription$/.test(each.operation.operationId)
    ? Array<Operation>(5).fill(each)
    : [each],
);

const anyRequest = fc.constantFrom(...tried).chain((operation) =>
  fc.record({
    method: fc.oneof(
      { weight: 12, arbitrary: fc.constant(operation.method) },
      { weight: 1, arbitrary: fc.constantFrom('PUT', 'HEAD', 'OPTIONS', 'TRACE', 'BREW') },
    ),
    path: fc.oneof(
      { weight: 15, arbitrary: pathOf(operation) },
      { weight: 1, arbitrary: strangePath.map((segments) => `/${segments.join('/')}`) },
    ),
    query: queryOf(operation),
    headers: someHeaders,
    body: bodyOf(operation),
  }),
);

/** Of one world: the next begins anew, or all would soon meet a company that is deleted. */
const together = 20;

it(`answers ${requests} hostile requests with no fault, no stack, no secret, and nothing of another company`, async () => {
  const seen = new Map<number, number>();
  const some = fc.array(anyRequest, { minLength: together, maxLength: together });

  await fc.assert(
    fc.asyncProperty(some, async (requestsOfOne) => {
      const { deps, lines } = await createHostileWorld();
      const handler = createHandler(createApp(deps, adminRoutes));
      for (const { method, path, body, ...parts } of requestsOfOne) {
        const given = { ...parts, ...(body !== undefined && { body }) };
        const answer = await handler(functionUrlEvent(method, path, given));
        const { statusCode, body: text } = answer as { statusCode: number; body: string };

        seen.set(statusCode, (seen.get(statusCode) ?? 0) + 1);
        expect(statusCode).toBeGreaterThanOrEqual(200);
        expect(statusCode).toBeLessThan(500);
        expect(text).not.toMatch(/\bat .*\.ts:\d/);
        expect(statusCode >= 300 && text.includes('whsec_')).toBe(false);
        expect(text).not.toMatch(/whsk_/);
        if (!path.includes('999')) expect(text).not.toContain(ofAnotherCompany);
      }
      expect(lines.filter(({ event }) => event !== 'admin.called')).toEqual([]);
    }),
    { numRuns: requests / together },
  );

  // The requests were not all refused at the door.
  const served = [200, 201, 202, 204].map((status) => seen.get(status) ?? 0);
  expect(Math.min(...served)).toBeGreaterThan(0);
  expect(served.reduce((one, other) => one + other)).toBeGreaterThan(requests / 20);
}, 120_000);
