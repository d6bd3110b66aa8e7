// The optional parts of `Detail`, and the types that nobody but fan-out may say.
import { describe, expect, it } from 'vitest';
import { PoisonError } from '../../shared/errors.ts';
import { fingerprintOf, readEvent, renderCallback } from '../../shared/event.ts';
import { operationalEventTypes } from '../../shared/event-types/operational-event-types.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';

const detail = sampleDetail('candidate.moved');

const read = (change: object, type = 'candidate.moved') =>
  readEvent(JSON.stringify({ 'detail-type': type, detail: { ...detail, ...change } }));

/** Why a detail is refused. */
const reasonOf = (change: object, type?: string): string => {
  try {
    read(change, type);
  } catch (error) {
    if (error instanceof PoisonError) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('the event was read');
};

describe('ids', () => {
  it('are passed on as they came, of objects that the catalogue does not know too', () => {
    const ids = {
      vacancy: { plain: 7, encoded: 'k2Wn8VbQz6TcP4Lr' },
      robot: { plain: 'r2' },
      none: {},
    };

    const body = JSON.parse(Buffer.from(renderCallback(read({ ids }))).toString('utf8'));

    expect(body.ids).toEqual(ids);
    expect(Object.keys(body).at(-1)).toBe('ids');
  });

  it.each([
    ['detail.ids.vacancy: must be an object of ids', { vacancy: 7 }],
    ['detail.ids.vacancy: must be an object of ids', { candidate: { plain: 1 }, vacancy: null }],
    ['detail.ids.vacancy: must be an object of ids', { vacancy: [7] }],
    ['detail.ids.vacancy.plain: must be a string or a number', { vacancy: { plain: null } }],
    ['detail.ids.vacancy.plain: must be a string or a number', { vacancy: { plain: { id: 7 } } }],
    ['detail.ids.vacancy.encoded: must be a string or a number', { vacancy: { encoded: [] } }],
  ])('are refused with the path: "%s"', (reason, ids) => {
    expect(reasonOf({ ids })).toBe(`INVALID_EVENT ${reason}`);
  });

  it('name each wrong place', () => {
    expect(reasonOf({ ids: { a: 1, b: { plain: true } } })).toBe(
      'INVALID_EVENT detail.ids.a: must be an object of ids; detail.ids.b.plain: must be a string or a number',
    );
  });
});

describe('the version of the data', () => {
  it('is the first unless it is said, and tells no event from itself', () => {
    expect(read({}).version).toBeUndefined();
    expect(read({ version: 1 }).version).toBe(1);
    expect(fingerprintOf(read({ version: 1 }))).toBe(fingerprintOf(read({})));
    expect(fingerprintOf({ ...read({}), version: 2 })).not.toBe(fingerprintOf(read({})));
  });

  it('is not shown to receivers: the event is', () => {
    expect(renderCallback(read({ version: 1 }))).toEqual(renderCallback(read({})));
  });

  it('that this catalogue does not have yet is refused, to be taken again once it has', () => {
    expect(reasonOf({ version: 2 })).toBe(
      'INVALID_EVENT detail.version: candidate.moved has no version 2 here, only 1; deploy Rappel before what publishes the next',
    );
  });

  it.each([0, 1.5, '1', null])('may not be %j', (version) => {
    expect(reasonOf({ version })).toMatch(/^INVALID_EVENT detail\.version: /);
  });
});

describe('a type that the ATS does not publish', () => {
  it.each(['candidate.hired', ...Object.keys(operationalEventTypes)])('is refused: %s', (type) => {
    expect(reasonOf({}, type)).toBe(
      'INVALID_EVENT detail-type: is not an event type that the ATS publishes',
    );
  });
});
