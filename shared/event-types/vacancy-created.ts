// `vacancy.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { documented, personal } from './field.ts';
import { html } from './kinds.ts';
import { user } from './objects/user.ts';
import { wholeVacancy } from './objects/vacancy.ts';
import { company, userId, vacancyId } from './references.ts';
import sample from './samples/vacancy.created.json' with { type: 'json' };

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
  sample,
  data: z.strictObject({
    user: documented(user, "Membre qui a créé l'offre", 'Member who created the listing'),
    vacancy: documented(wholeVacancy, "L'offre", 'The job listing'),
    message: documented(
      personal(html),
      "Phrase toute faite en français, avec le nom du membre et l'intitulé",
      'Ready-made sentence in French, with the name of the member and the title',
    ),
    user_id: userId(documented),
    vacancy_id: vacancyId(documented),
    company: company(documented),
  }),
});
