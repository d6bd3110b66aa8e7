// `vacancy.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const vacancyCreated = defineEventType({
  name: 'vacancy.created',
  legacyName: 'new_vacancy',
  label: { fr: 'Nouvelle offre', en: 'New job listing' },
  description: {
    fr: 'Une offre est créée.',
    en: 'A job listing is created.',
  },
  group: 'vacancies',
  options: [],
  data: z.looseObject({}),
});
