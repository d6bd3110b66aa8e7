// `candidate.moved`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const candidateMoved = defineEventType({
  name: 'candidate.moved',
  legacyName: 'drag_applicant',
  label: { fr: "Déplacement d'un candidat", en: 'Candidate moved' },
  description: {
    fr: "Une candidature arrive dans une colonne, celle de l'embauche par exemple.",
    en: 'An application arrives in a column, for example the one for hires.',
  },
  group: 'candidates',
  options: ['vacancy_ids', 'column_ids', 'hired_only'],
  data: z.looseObject({}),
});
