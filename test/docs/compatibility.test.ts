// The contract: the catalogue of today keeps what it published.
import { expect, it } from 'vitest';
import { explainBreakingChanges, findBreakingChanges } from '../../docs/compare-contracts.ts';
import { contractOf } from '../../docs/contract.ts';
import { readContract } from '../../docs/docs-folder.ts';
import { eventTypes } from '../../shared/event-types.ts';

it('the catalogue breaks nothing that docs/contract.json publishes', () => {
  const published = readContract();

  const changes = findBreakingChanges(published, contractOf(Object.values(eventTypes), published));

  expect(changes, explainBreakingChanges(changes)).toEqual([]);
});

it('the published contract holds every type of the catalogue', () => {
  const published = Object.keys(readContract());

  expect(published).toEqual(
    expect.arrayContaining(Object.values(eventTypes).map((type) => `${type.name}@${type.version}`)),
  );
});
