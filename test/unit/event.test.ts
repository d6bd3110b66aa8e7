// From a queue message's text to an event, and from an event to bytes: every way in which it can be wrong.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PoisonError } from '../../shared/errors.ts';
import { readEvent, renderCallback } from '../../shared/event.ts';
import { sampleBytes, sampleDetail } from '../../shared/event-types/samples.ts';
import { routedEventTypes } from '../../shared/event-types.ts';
import { eventBytesMax, eventDepthMax } from '../../shared/limits.ts';

const goodDetail = {
  id: 'evt_1',
  timestamp: '2026-10-12T08:15:30.240Z',
  company_id: 318,
  data: { candidate: { name: 'Zoë' } },
};

const asTest = { subscription_id: `sub_007${'a'.repeat(20)}`, event_type: 'candidate.moved' };

/** What EventBridge puts into a queue around a detail. */
const envelope = (detail: string, type = 'candidate.moved'): string =>
  `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"${type}","source":"ats",` +
  `"account":"000000000000","time":"2026-10-12T08:15:31Z","region":"eu-west-3","resources":[],"detail":${detail}}`;

const bodyOf = (change: object): string => envelope(JSON.stringify({ ...goodDetail, ...change }));

const dataBody = (data: string): string =>
  envelope(`{"id":"evt_1","timestamp":"2026-10-12T08:15:30Z","company_id":318,"data":${data}}`);

/** The poison that a text is; fails where it is none. */
const poisonOf = (body: string): PoisonError => {
  try {
    readEvent(body);
  } catch (error) {
    if (error instanceof PoisonError) return error;
    throw error;
  }
  throw new Error('the event was read');
};

const rendered = (body: string) => Buffer.from(renderCallback(readEvent(body))).toString('utf8');

describe('a sample event', () => {
  it.each(routedEventTypes)('%s is rendered to the documented bytes', (type) => {
    const body = envelope(JSON.stringify(sampleDetail(type)), type);

    expect(rendered(body)).toBe(Buffer.from(sampleBytes(type)).toString('utf8'));
  });
});

describe('a test', () => {
  it.each(['candidate.moved', 'candidate.hired'])('may be of %s, and says so', (event_type) => {
    const body = bodyOf({ test: { ...asTest, event_type } });

    expect(readEvent(body).test).toEqual({
      subscriptionId: asTest.subscription_id,
      type: event_type,
    });
    expect(JSON.parse(rendered(body)).test).toBe(true);
  });
});

describe('the callback’s body', () => {
  it('has the documented fields in their order, and the legacy name', () => {
    expect(rendered(bodyOf({}))).toBe(
      '{"id":"evt_1","type":"candidate.moved","event":"drag_applicant","timestamp":"2026-10-12T08:15:30.240Z",' +
        '"company_id":318,"test":false,"data":{"candidate":{"name":"Zoë"}}}',
    );
  });

  it('has the ids beside the data where the ATS gives them', () => {
    expect(JSON.parse(rendered(bodyOf({ ids: { candidate: { id: 1 } } })))).toMatchObject({
      ids: { candidate: { id: 1 } },
    });
  });

  it('holds any data as JSON.stringify(JSON.parse(…)) writes it', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (data) => {
        const text = JSON.stringify(data);

        expect(rendered(dataBody(text))).toContain(`"data":${JSON.stringify(JSON.parse(text))}`);
      }),
    );
  });

  it.each([
    ['keys that are integers, in their order', '{"10":1,"9":2,"a":3}', '{"9":2,"10":1,"a":3}'],
    ['`__proto__`, at the top', '{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
    ['`__proto__`, further down', '{"b":{"__proto__":1}}', '{"b":{"__proto__":1}}'],
    ['`constructor` and `toJSON`', '{"constructor":1,"toJSON":2}', '{"constructor":1,"toJSON":2}'],
    ['nulls, however surprising', '{"candidate":null}', '{"candidate":null}'],
    ['escapes as characters', '{"a":"\\u00e9\\ud83d\\ude00\\/"}', '{"a":"é😀/"}'],
    ['control characters as escapes', '{"a":"\\u0000\\n"}', '{"a":"\\u0000\\n"}'],
    ['a byte order mark within text', '{"a":"\\ufeff"}', '{"a":"\ufeff"}'],
    ['fractions to the precision of a double', '{"a":48.85661400000000123}', '{"a":48.856614}'],
    ['the largest exact integer', '{"a":9007199254740991}', '{"a":9007199254740991}'],
    ['a large integer that comes back', '{"a":9007199254740992}', '{"a":9007199254740992}'],
    ['an empty object', '{}', '{}'],
  ])('holds %s', (_, data, expected) => {
    expect(rendered(dataBody(data))).toContain(`"data":${expected}}`);
  });
});

describe('what EventBridge adds', () => {
  it('does not matter: fields that AWS adds later, a time that is none', () => {
    const body = bodyOf({}).replace('"version"', '"future":{},"version"');
    const timeless = bodyOf({}).replace('"2026-10-12T08:15:31Z"', '"soon"');

    expect(readEvent(body)).toEqual(readEvent(bodyOf({})));
    expect(readEvent(timeless)).toEqual({ ...readEvent(bodyOf({})), putAt: undefined });
  });

  it('tells when the event was put, unless it is replayed', () => {
    const replayed = bodyOf({}).replace('"version"', '"replay-name":"r","version"');

    expect(readEvent(bodyOf({})).putAt).toEqual(new Date('2026-10-12T08:15:31Z'));
    expect(readEvent(replayed).putAt).toBeUndefined();
  });
});

describe('an invalid event', () => {
  it.each([
    ['event: is not JSON', ''],
    ['event: is not JSON', 'hello'],
    ['event: is not JSON', `${bodyOf({})}x`],
    ['event: is not JSON: it begins with a byte order mark', `\ufeff${bodyOf({})}`],
    ['event: ', 'null'],
    ['event: ', '[]'],
    ['detail: ', '{"detail-type":"candidate.moved"}'],
    ['detail: ', envelope('"{}"')],
    ['detail: ', envelope('null')],
    ['detail: ', envelope('[]')],
    ['detail-type: is not an event type', envelope(JSON.stringify(goodDetail), 'candidate.hugged')],
    ['detail-type: is not an event type', envelope(JSON.stringify(goodDetail), '__proto__')],
    ['detail.id: ', bodyOf({ id: undefined })],
    ['detail.id: must match', bodyOf({ id: '' })],
    ['detail.id: must match', bodyOf({ id: 'a.b' })],
    ['detail.id: must match', bodyOf({ id: 'a#b' })],
    ['detail.id: must match', bodyOf({ id: 'evt_1\n' })],
    ['detail.id: must match', bodyOf({ id: 'é' })],
    ['detail.id: must match', bodyOf({ id: 'a'.repeat(65) })],
    ['detail.id: ', bodyOf({ id: 7 })],
    ['detail.timestamp: must be an ISO 8601', bodyOf({ timestamp: '2026-10-12' })],
    ['detail.timestamp: must be an ISO 8601', bodyOf({ timestamp: '2026-10-12T08:15:30+02:00' })],
    ['detail.timestamp: must be an ISO 8601', bodyOf({ timestamp: '2026-02-30T08:15:30Z' })],
    ['detail.timestamp: must be an ISO 8601', bodyOf({ timestamp: '2026-10-12T25:15:30Z' })],
    ['detail.timestamp: must be an ISO 8601', bodyOf({ timestamp: 1_791_792_930_000 })],
    ['detail.company_id: ', bodyOf({ company_id: undefined })],
    ['detail.company_id: ', bodyOf({ company_id: '318' })],
    ['detail.company_id: ', bodyOf({ company_id: 0 })],
    ['detail.company_id: ', bodyOf({ company_id: -1 })],
    ['detail.company_id: ', bodyOf({ company_id: 1.5 })],
    ['detail.company_id: must be 999999999999999 at most', bodyOf({ company_id: 10 ** 15 })],
    ['detail.company_id: is a number', bodyOf({}).replace(':318', ':9007199254740993')],
    ['detail.data: must be an object', bodyOf({ data: undefined })],
    ['detail.data: must be an object', bodyOf({ data: null })],
    ['detail.data: must be an object', bodyOf({ data: [] })],
    ['detail.data: must be an object', bodyOf({ data: '{}' })],
    ['detail.ids: must be an object', bodyOf({ ids: 7 })],
    ['detail: knows no "tests"', bodyOf({ tests: true })],
    ['detail.test: ', bodyOf({ test: true })],
    ['detail.test.subscription_id: must be', bodyOf({ test: { ...asTest, subscription_id: 'x' } })],
    ['detail.test.event_type: is not', bodyOf({ test: { ...asTest, event_type: 'toString' } })],
    [
      'detail.test.event_type: is neither',
      bodyOf({ test: { ...asTest, event_type: 'task.created' } }),
    ],
    ['detail: knows no "__proto__"', bodyOf({}).replace('"data"', '"__proto__":1,"data"')],
    ['detail.data.a: is there twice', dataBody('{"a":1,"b":2,"a":1}')],
    ['detail.data.b.1.a: is there twice', dataBody('{"b":[1,{"a":1,"\\u0061":2}]}')],
    ['detail.id: is there twice', bodyOf({}).replace('"data"', '"id":"evt_2","data"')],
    ['detail: is there twice', bodyOf({}).replace('"version"', '"detail":{},"version"')],
    ['detail.data.a.0: holds a lone surrogate', dataBody('{"a":["\\ud83d"]}')],
    ['detail.data.a: holds a lone surrogate', dataBody('{"a":"\\ude00\\ud83d"}')],
    ['detail.data.\ud83d: holds a lone surrogate', dataBody('{"\\ud83d":1}')],
    ['detail.data.a: holds a lone surrogate', dataBody('{"a":"\ud83d"}')],
    ['detail.data.a: is a number', dataBody('{"a":12345678901234567890}')],
    ['detail.data.a.1: is a number', dataBody('{"a":[1,-9007199254740993]}')],
    ['detail.data.a: is a number', dataBody('{"a":1e400}')],
  ])('is poison that says "%s…"', (reason, body) => {
    const poison = poisonOf(body);

    expect(poison.code).toBe('INVALID_EVENT');
    expect(poison.message.startsWith(reason)).toBe(true);
  });

  it('names every problem, in a reason of 500 characters at most', () => {
    const unknown = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`f${index}`, 1]),
    );

    const few = poisonOf(bodyOf({ id: '', company_id: 0 }));
    const many = poisonOf(bodyOf(unknown));

    expect(few.message).toMatch(/^detail\.id: .*; detail\.company_id: /);
    expect(many.message.length).toBe(500);
  });

  it('never has its values in the reason', () => {
    const secret = 'jean.dupont@example.com';
    const bodies = [
      bodyOf({ id: secret }),
      bodyOf({ timestamp: secret }),
      bodyOf({ company_id: secret }),
      bodyOf({ data: secret }),
      `${bodyOf({})}${secret}`,
      `{"a":"${secret}`,
    ];

    for (const body of bodies) expect(poisonOf(body).message).not.toContain('jean');
  });

  it('is the only thing that reading throws, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.json().map((json) => envelope(json)),
      fc.json().map((json) => dataBody(json)),
      fc.tuple(fc.nat(600), fc.string()).map(([at, what]) => {
        const body = bodyOf({});
        return body.slice(0, at) + what + body.slice(at + what.length);
      }),
    );

    fc.assert(
      fc.property(text, (body) => {
        try {
          readEvent(body);
        } catch (error) {
          expect(error).toBeInstanceOf(PoisonError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the depth', () => {
  const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  // `Detail` is one level, its `data` the next.
  const deepest = eventDepthMax - 1;

  it('may be a hundred levels', () => {
    expect(rendered(dataBody(nested(deepest)))).toContain(nested(deepest));
  });

  it('may not be one more', () => {
    const poison = poisonOf(dataBody(nested(deepest + 1)));

    expect(poison.code).toBe('INVALID_EVENT');
    expect(poison.message).toMatch(/^detail\.data\.a.*: is nested deeper than \d+ levels$/);
  });

  it('of half a million levels exhausts no stack', () => {
    const levels = 400_000;

    const poison = poisonOf(dataBody(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`));

    expect(poison.message).toMatch(/nested deeper/);
    expect(poison.message.length).toBeLessThan(1_000);
  });
});

describe('the size', () => {
  const withBytes = (bytes: number): string => {
    const empty = Buffer.byteLength(JSON.stringify({ ...goodDetail, data: { a: '' } }));
    return bodyOf({ data: { a: 'x'.repeat(bytes - empty) } });
  };

  it('may be 256 KiB', () => {
    expect(readEvent(withBytes(eventBytesMax)).id).toBe('evt_1');
  });

  it('may not be a byte more, and the reason says both sizes', () => {
    const poison = poisonOf(withBytes(eventBytesMax + 1));

    expect(poison.code).toBe('EVENT_TOO_LARGE');
    expect(poison.message).toBe('detail: 262145 bytes; at most 262144 are taken');
  });

  it('counts bytes, not characters, and no white space', () => {
    const accents = poisonOf(bodyOf({ data: { a: 'é'.repeat(eventBytesMax / 2) } }));
    const spaces = dataBody(`{${' '.repeat(eventBytesMax)}}`);

    expect(accents.code).toBe('EVENT_TOO_LARGE');
    expect(readEvent(spaces).data).toEqual({});
  });
});
