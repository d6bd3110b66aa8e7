// `candidate.archived`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const candidateArchived = defineEventType({
  name: 'candidate.archived',
  label: { fr: "Archivage d'un candidat", en: 'Candidate archived' },
  description: {
    fr: 'Une candidature est archivée, par un membre ou automatiquement.',
    en: 'An application is archived, by a member or automatically.',
  },
  group: 'candidates',
  options: ['vacancy_ids', 'column_ids'],
  data: z.looseObject({}),
});
