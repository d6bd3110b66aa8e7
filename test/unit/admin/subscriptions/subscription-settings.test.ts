// The settings that choose events: what is taken, how it is kept and shown, and what a wrong one is told.
import { beforeEach, describe, expect, it } from 'vitest';
import { objectIdsMax, patternCharactersMax } from '../../../../shared/limits.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import {
  createMemoryWorld,
  livingOf,
  type MemoryWorld,
} from '../../../support/memory-subscriptions.ts';

let world: MemoryWorld;
beforeEach(() => {
  world = createMemoryWorld();
});

const valid = { url: 'https://hooks.example.com/a', event_types: ['*'] };

const create = async (settings: object) => {
  const response = await createCheckedApp(world.deps).request('/v1/companies/318/subscriptions', {
    method: 'POST',
    body: JSON.stringify({ ...valid, ...settings }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: whatever the app answered
  return { status: response.status, json: (await response.json()) as any };
};

it.each(['retry_schedule', 'retry_delays', 'timeout_seconds'])(
  'a %s is no setting of a subscription: the stack has one for all',
  async (setting) => {
    const { status, json } = await create({ [setting]: [1] });

    expect(status).toBe(400);
    expect(JSON.stringify(json.errors)).toContain(setting);
    expect(world.rows.size).toBe(0);
  },
);

describe('a filter', () => {
  it('that is an object is kept and shown as its text', async () => {
    const { json } = await create({ filter: { data: { vacancy: { published: [true] } } } });

    const text = '{"data":{"vacancy":{"published":[true]}}}';
    expect(json.filter).toBe(text);
    expect(livingOf(world)).toMatchObject([{ filter: text }]);
  });

  it('that is a text is kept as it is written: a number’s spelling may count', async () => {
    const text = ' {"data": {"salary": [1e309, 5.0]}}';

    const { json } = await create({ filter: text });

    expect(json.filter).toBe(text);
  });

  it('keeps every key of an object, whatever its name', async () => {
    const { json } = await create({ filter: JSON.parse('{"data":{"__proto__":["a"]}}') });

    expect(json.filter).toBe('{"data":{"__proto__":["a"]}}');
  });

  it('of null is none', async () => {
    const { status, json } = await create({ filter: null });

    expect([status, json.filter]).toEqual([201, null]);
  });

  it.each([
    ['is no object', ['a'], '$: a pattern is an object such as {"source": ["ats"]}'],
    ['is no JSON', '{"type": [', 'line 1, column 11: '],
    ['is empty', {}, '$: an empty object matches nothing'],
    ['has a value that is no list', { data: { id: 5 } }, '$.data.id: '],
    ['has an operator that does not exist', { type: [{ begins: 'c' }] }, '$.type[0]'],
    ['is too long', { type: ['x'.repeat(patternCharactersMax)] }, '$: 2061 characters long'],
    ['costs too much', { $or: orOf(30, 30) }, '$: '],
    ['is nested without end', `${'{"a":'.repeat(5_000)}1`, /nested|long/],
    ['holds half a character', '{"type":["\ud800"]}', 'holds a lone surrogate, half a character'],
  ])('that %s is refused, with the place and the reason', async (_, filter, message) => {
    const { status, json } = await create({ filter });

    expect(status).toBe(400);
    expect(json.errors).toEqual([{ path: 'filter', message: expect.any(String) }]);
    expect(json.errors[0].message).toMatch(
      typeof message === 'string' ? new RegExp(`^${RegExp.escape(message)}`) : message,
    );
    expect(world.rows.size).toBe(0);
  });
});

/** Two fields, each with so many alternatives: their product is what matching costs. */
function orOf(first: number, second: number) {
  const listOf = (name: string, count: number) =>
    Array.from({ length: count }, (_, index) => ({ [name]: [index] }));
  return listOf('a', first).map((a) => ({ ...a, $or: listOf('b', second) }));
}

describe.each(['vacancy_ids', 'column_ids'])('%s', (setting) => {
  it('takes either kind of id, each once', async () => {
    const { json } = await create({ [setting]: [318, 'k2Wn8VbQz6TcP4Lr', 318] });

    expect(json[setting]).toEqual([318, 'k2Wn8VbQz6TcP4Lr']);
  });

  it.each([
    ['', []],
    ['', 318],
    ['', Array.from({ length: objectIdsMax + 1 }, (_, index) => index + 1)],
    ['[1]', [1, '318']],
    ['[0]', [0]],
    ['[0]', [1.5]],
    ['[0]', [null]],
    ['[0]', [{ exists: true }]],
  ])('names the place of what is no id: %j %j', async (place, ids) => {
    const { status, json } = await create({ [setting]: ids });

    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ path: `${setting}${place}` }]);
  });
});

describe('the other settings', () => {
  it('are kept and shown', async () => {
    const settings = {
      hired_only: true,
      include_private_comments: true,
      payload: 'thin',
      signature: 'v1a',
    };

    const { json } = await create(settings);

    expect(json).toMatchObject(settings);
    expect(livingOf(world)).toMatchObject([
      { hiredOnly: true, includePrivateComments: true, payload: 'thin', signature: 'v1a' },
    ]);
  });

  it.each([
    ['hired_only', 'yes'],
    ['include_private_comments', 1],
    ['payload', 'thick'],
    ['signature', 'v2'],
  ])('are refused where they say nothing: %s %j', async (setting, value) => {
    const { status, json } = await create({ [setting]: value });

    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ path: setting }]);
  });

  it('pin the versions of the catalogue', async () => {
    await create({});

    expect(livingOf(world)).toMatchObject([{ versions: {} }]);
  });
});
