// `candidate.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const candidateCreated = defineEventType({
  name: 'candidate.created',
  legacyName: 'new_applicant',
  label: { fr: 'Nouveau candidat', en: 'New candidate' },
  description: {
    fr: "Une candidature est créée : depuis le site carrière, un site d'emploi, l'API ou à la main.",
    en: 'An application is created: from the career site, a job board, the API or by hand.',
  },
  group: 'candidates',
  options: ['vacancy_ids'],
  data: z.looseObject({}),
});
