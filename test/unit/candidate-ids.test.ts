// Whom an event is about: found in every type that the catalogue knows, and wherever else an id of a candidate is.
import { describe, expect, it } from 'vitest';
import { candidateIdsOf, otherIdsOf } from '../../shared/candidate-ids.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../shared/event-types.ts';

const types = Object.keys(eventTypes) as EventTypeName[];

describe('the candidates of an event', () => {
  it.each(types)('of the sample of %s are those that it shows', (type) => {
    const { data } = sampleCallback(type);
    const shows = JSON.stringify(data).includes('"candidate');

    expect(candidateIdsOf({ data })).toEqual(shows ? ['20817'] : []);
  });

  it.each([
    [{ candidate_id: 'q7Rk2VbXm4TzN9Ld' }, ['q7Rk2VbXm4TzN9Ld']],
    [{ candidate: { id: 5 }, candidate_id: 'q7Rk2VbXm4TzN9Ld' }, ['5', 'q7Rk2VbXm4TzN9Ld']],
    [{ a: [{ b: { candidate_id: 7 } }] }, ['7']],
    [{ candidate: 9 }, ['9']],
    [{ candidate: null, candidate_id: null }, []],
    [{ candidate_id: 'a#b' }, []],
    [{ candidate_id: -1 }, []],
    [{ id: 5, applicant_id: 6 }, []],
  ])('in %j are %j', (data, ids) => {
    expect(candidateIdsOf({ data })).toEqual(ids);
  });

  it('are in `ids` too, under both of their ids, which are the same person’s', () => {
    const ids = { candidate: { plain: 5, encoded: 'q7Rk2VbXm4TzN9Ld' }, user: { plain: 6 } };

    expect(candidateIdsOf({ data: {}, ids })).toEqual(['5', 'q7Rk2VbXm4TzN9Ld']);
    expect(otherIdsOf({ ids })).toEqual(['5', 'q7Rk2VbXm4TzN9Ld']);
  });

  it('are none in a test, which shows the sample’s', () => {
    const test = { subscriptionId: 'sub', type: 'candidate.moved' } as const;

    expect(candidateIdsOf({ data: { candidate_id: 5 }, test })).toEqual([]);
  });
});
