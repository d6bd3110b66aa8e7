// Whom an event is about: every id of a candidate in it, wherever the ATS put it. What erasure and export find it by.
import type { AtsEvent } from './event.ts';

/** As a key: `20817`, or the encoded id. */
export type CandidateId = string;

/** What a caller may name a candidate by: the plain number, or the encoded id of 16 letters and digits. */
export const candidateIdPattern = /^([1-9]\d{0,14}|[0-9A-Za-z]{16})$/;

/** Of all candidates in an event. A test's are nobody: it shows the sample of the documentation. */
export const candidateIdsOf = (event: Pick<AtsEvent, 'data' | 'ids' | 'test'>): CandidateId[] => {
  if (event.test !== undefined) return [];
  const found = new Set<CandidateId>(otherIdsOf(event));
  collect(event.data, found);
  return [...found];
};

/** The plain and the encoded id of one candidate, where the event says that both are theirs. */
export const otherIdsOf = ({ ids }: Pick<AtsEvent, 'ids'>): CandidateId[] => {
  const pair = ids?.candidate as { plain?: unknown; encoded?: unknown } | undefined;
  return [pair?.plain, pair?.encoded].flatMap(idOf);
};

/** At any depth, whatever the schema says: a field that nobody documented must not keep a person from being found. */
const collect = (value: unknown, found: Set<CandidateId>): void => {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === 'candidate_id' || key === 'candidate') {
      const named = (member as { id?: unknown } | null)?.id ?? member;
      for (const id of idOf(named)) found.add(id);
    }
    collect(member, found);
  }
};

const idOf = (value: unknown): CandidateId[] => {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value) : '';
  return candidateIdPattern.test(text) ? [text] : [];
};
