// Three events that most crash scenarios publish, each into a queue of its own.
import type { Company } from './company.ts';
import type { PlannedEvent } from './scenario.ts';

export const created: PlannedEvent = { type: 'candidate.created', id: 'created' };
export const comment: PlannedEvent = { type: 'comment.created', id: 'comment' };
export const vacancy: PlannedEvent = { type: 'vacancy.created', id: 'vacancy' };

/** Steps of a scenario. */
export const publish =
  (...events: readonly PlannedEvent[]) =>
  (company: Company): Promise<void> =>
    company.publish(...events);

/** In both companies, under the same ids. */
export const publishInBoth =
  (...events: readonly PlannedEvent[]) =>
  async (company: Company): Promise<void> => {
    await company.publish(...events);
    await company.neighbour!.publish(...events);
  };
