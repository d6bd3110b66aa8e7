// `candidate.hired`: what "create the hire in our HR system" waits for. Derived from a move, so its data is the move's.
import { candidateMoved } from './candidate-moved.ts';
import { defineDerivedType } from './define-event-type.ts';

export const candidateHired = defineDerivedType({
  name: 'candidate.hired',
  derivedFrom: candidateMoved.name,
  idSuffix: '_hired',
  label: { fr: 'Candidat recruté', en: 'Candidate hired' },
  description: {
    fr: "Une candidature passe d'une colonne ordinaire à une colonne de candidats recrutés.",
    en: 'An application is moved to a column for hires, from a column that is not one.',
  },
  group: 'candidates',
  options: ['vacancy_ids', 'column_ids'],
  data: candidateMoved.data,
  stepsDown: candidateMoved.stepsDown,
  /** An unknown column left counts as not hired: rather one hire too many than one too few. */
  happened: ({ column, previous_column }) => isHired(column) && !isHired(previous_column),
});

const isHired = (column: unknown): boolean =>
  (column as { hired?: unknown } | null | undefined)?.hired === true;
