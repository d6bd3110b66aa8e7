// Requests nobody would send in good faith, made from the OpenAPI document of the admin API.
import * as fc from 'fast-check';
import { openApiOf } from '../../functions/admin/openapi.ts';
import { cursorOf } from '../../functions/admin/page.ts';
import { adminRoutes } from '../../functions/admin/routes.ts';
import { arbitraryOf, nearly } from './arbitrary-of-schema.ts';
import { operationsOf } from './openapi-checker.ts';

export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What the requests are to meet. */
export interface Met {
  /** By path parameter; two of `id` at least. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Where callbacks may go: to any path under it. */
  readonly url: string;
}

const operations = operationsOf(openApiOf(adminRoutes));

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

/** Of the body's fields, those that a schema cannot describe. */
const goodFields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  filter: fc.constantFrom(null, { type: [{ prefix: 'candidate.' }] }, '{"data":{"id":[1]}}'),
  headers: fc.constantFrom(null, {}, { 'x-key': 'a' }, { authorization: 'Bearer b' }),
};

const anyValue = fc.oneof(
  hostileText,
  fc.anything(),
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

const bodyOf = ({ operation }: Operation, { url }: Met): fc.Arbitrary<string | undefined> => {
  const [media] = Object.values(operation.requestBody?.content ?? {});
  if (media === undefined) return fc.option(hostileText, { nil: undefined });
  const { properties = {} } = media.schema as { properties?: Record<string, object> };
  const known = { ...goodFields, url: fc.nat(200).map((n) => `${url}/${n}`) };
  const fields = Object.keys(properties).filter(
    (name): name is keyof typeof known => name in known,
  );
  const good = fc
    .tuple(arbitraryOf(media.schema), ...fields.map((name) => known[name]!))
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

const segmentOf = (name: string, { ids }: Met): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 16, arbitrary: fc.constantFrom(...ids[name]!) },
    { weight: 1, arbitrary: fc.constantFrom('999', '..', '.', '%2e%2e', '%ff', '%00', '') },
    { weight: 1, arbitrary: hostileText.map((text) => encodeURIComponent(text.toWellFormed())) },
    { weight: 1, arbitrary: hostileText.map((text) => text.replaceAll(/[?#]/g, '')) },
  );

const pathOf = ({ path }: Operation, met: Met): fc.Arbitrary<string> => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return fc.tuple(...names.map((name) => segmentOf(name, met))).map((segments) => {
    const left = [...segments];
    return path.replaceAll(/\{\w+\}/g, () => left.shift()!);
  });
};

const rarely = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

const queryOf = ({ operation }: Operation, met: Met): fc.Arbitrary<string> => {
  const named = (operation.parameters as { in?: string; name?: string; schema?: object }[]).filter(
    (each) => each.in === 'query',
  );
  const textFor = (name: string, schema: object) =>
    fc.oneof(
      { weight: 9, arbitrary: name === 'cursor' ? altered(met) : arbitraryOf(schema) },
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
const altered = ({ ids }: Met): fc.Arbitrary<string> =>
  fc.tuple(fc.nat(), fc.constantFrom('', 'A', '_', '%')).map(([at, letter]) => {
    const cursor = cursorOf(['subscriptions', Number(ids.company_id![0])], [ids.id![1]!]);
    const place = at % (2 * cursor.length);
    return place < cursor.length
      ? cursor.slice(0, place) + letter + cursor.slice(place + 1)
      : cursor;
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

export const hostileRequestOf = (met: Met): fc.Arbitrary<HostileRequest> =>
  fc.constantFrom(...tried).chain((operation) =>
    fc.record({
      method: fc.oneof(
        { weight: 12, arbitrary: fc.constant(operation.method) },
        { weight: 1, arbitrary: fc.constantFrom('PUT', 'HEAD', 'OPTIONS', 'TRACE', 'BREW') },
      ),
      path: fc.oneof(
        { weight: 15, arbitrary: pathOf(operation, met) },
        { weight: 1, arbitrary: strangePath.map((segments) => `/${segments.join('/')}`) },
      ),
      query: queryOf(operation, met),
      headers: someHeaders,
      body: bodyOf(operation, met),
    }),
  );
