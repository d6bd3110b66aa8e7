// `vacancy.updated`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const vacancyUpdated = defineEventType({
  name: 'vacancy.updated',
  label: { fr: "Mise à jour d'une offre", en: 'Job listing updated' },
  description: {
    fr: "Au moins un champ d'une offre change.",
    en: 'At least one field of a job listing changes.',
  },
  group: 'vacancies',
  options: ['vacancy_ids'],
  data: z.looseObject({}),
});
