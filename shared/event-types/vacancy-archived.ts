// `vacancy.archived`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const vacancyArchived = defineEventType({
  name: 'vacancy.archived',
  label: { fr: "Archivage d'une offre", en: 'Job listing archived' },
  description: {
    fr: 'Une offre est archivée.',
    en: 'A job listing is archived.',
  },
  group: 'vacancies',
  options: ['vacancy_ids'],
  data: z.looseObject({}),
});
