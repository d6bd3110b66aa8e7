// What must not leave is taken out before anything is stored; what deviates goes as it is. Both are told by path alone.
import { describe, expect, it } from 'vitest';
import { type AtsEvent, renderCallback } from '../../../shared/event.ts';
import { fanOut, sampleEvent, subscription } from './fan-out-setup.ts';

const withToken = (): AtsEvent => {
  const event = sampleEvent('member.added');
  return {
    ...event,
    data: {
      ...event.data,
      member: { ...(event.data.member as object), token_vyte: 'vyte-secret' },
      others: [{ tokenVyte: 'vyte-secret' }],
    },
    ids: { member: { token_vyte: 'vyte-secret', plain: 5 } },
  };
};

describe('a field that must not leave', () => {
  it('is in nothing that is stored, at whatever depth it was', async () => {
    const { stored } = await fanOut(withToken(), [subscription(0)]);

    const text = Buffer.from(renderCallback(stored[0]!)).toString('utf8');
    expect(text).not.toMatch(/vyte/i);
    expect(JSON.parse(text)).toMatchObject({
      data: { others: [{}] },
      ids: { member: { plain: 5 } },
    });
  });

  it('is counted, and logged by its path', async () => {
    const { lines, counts } = await fanOut(withToken(), []);

    expect(counts.ForbiddenFields).toBe(3);
    expect(lines).toContainEqual({
      event: 'event.forbidden-field',
      eventId: 'evt_1',
      eventType: 'member.added',
      companyId: 318,
      count: 3,
      paths: 'data.member.token_vyte, data.others.0.tokenVyte, ids.member.token_vyte',
    });
    expect(JSON.stringify(lines)).not.toContain('secret');
  });
});

describe('data that deviates from the catalogue', () => {
  const deviating = sampleEvent('vacancy.created', {
    data: {
      ...sampleEvent('vacancy.created').data,
      vacancy: null,
      mood: 'jean.dupont@example.com',
    },
    ids: { vacancy: { plain: 'x' } },
  });

  it('is delivered as it is', async () => {
    const { stored, messages } = await fanOut(deviating, [subscription(0)]);

    expect(stored[0]).toBe(deviating);
    expect(messages.length).toBe(1);
  });

  it('is counted, and logged by its paths', async () => {
    const { lines, counts } = await fanOut(deviating, []);

    expect(counts).toEqual({ Deviations: 3 });
    expect(lines).toContainEqual({
      event: 'event.deviates',
      eventId: 'evt_1',
      eventType: 'vacancy.created',
      companyId: 318,
      count: 3,
      paths: 'data.vacancy, data.mood, ids.vacancy.plain',
    });
    expect(JSON.stringify(lines)).not.toMatch(/jean/);
  });

  it('makes no line without end, however many fields are unknown and long', async () => {
    const strange = Array.from({ length: 300 }, (_, index) => [`${'😀'.repeat(150)}${index}`, 1]);

    const { lines } = await fanOut(
      sampleEvent('member.added', { data: Object.fromEntries(strange) }),
      [],
    );

    const line = lines.find(({ event }) => event === 'event.deviates');
    expect(JSON.stringify(line).length).toBeLessThan(2_000);
    expect(String(line?.paths).isWellFormed()).toBe(true);
  });

  it('is not looked for where the data are of an earlier version than the catalogue’s', async () => {
    const { counts } = await fanOut(sampleEvent('member.added', { version: 0, data: {} }), []);

    expect(counts).toEqual({});
  });
});

describe('a sample', () => {
  it('is neither counted nor logged', async () => {
    const { lines, counts } = await fanOut(sampleEvent('member.added'), []);

    expect(lines.map(({ event }) => event)).toEqual(['event.received']);
    expect(counts).toEqual({});
  });
});
