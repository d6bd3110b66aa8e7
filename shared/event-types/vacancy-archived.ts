// `vacancy.archived`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { user } from './objects/user.ts';
import { wholeVacancy } from './objects/vacancy.ts';
import { company, userId, vacancyId } from './references.ts';
import sample from './samples/vacancy.archived.json' with { type: 'json' };

export const vacancyArchived = defineEventType({
  name: 'vacancy.archived',
  label: { fr: "Archivage d'une offre", en: 'Job listing archived' },
  description: {
    fr: 'Une offre est archivée.',
    en: 'A job listing is archived.',
  },
  group: 'vacancies',
  options: ['vacancy_ids'],
  sample,
  data: z.strictObject({
    user: proposed(
      user.nullable(),
      "Membre qui a archivé l'offre ; null pour un archivage automatique",
      'Member who archived the listing; null when it was archived automatically',
    ),
    vacancy: rest(wholeVacancy, "L'offre", 'The job listing'),
    user_id: userId(proposed).nullable(),
    vacancy_id: vacancyId(proposed),
    company: company(proposed),
  }),
});
