// `vacancy.updated`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { user } from './objects/user.ts';
import { wholeVacancy } from './objects/vacancy.ts';
import { company, userId, vacancyId } from './references.ts';
import sample from './samples/vacancy.updated.json' with { type: 'json' };

export const vacancyUpdated = defineEventType({
  name: 'vacancy.updated',
  label: { fr: "Mise à jour d'une offre", en: 'Job listing updated' },
  description: {
    fr: 'Une offre est modifiée : au moins un de ses champs change.',
    en: 'A job listing is edited: at least one of its fields changes.',
  },
  group: 'vacancies',
  options: ['vacancy_ids'],
  sample,
  data: z.strictObject({
    user: proposed(
      user.nullable(),
      "Membre qui a modifié l'offre ; null pour l'API ou un automatisme",
      'Member who changed the listing; null for the API or an automation',
    ),
    vacancy: rest(wholeVacancy, "L'offre, après la modification", 'The listing, after the change'),
    changed: proposed(
      z.array(wholeVacancy.keyof()).min(1),
      'Noms des champs modifiés, au moins un',
      'Names of the fields that changed, at least one',
    ),
    previous: proposed(
      wholeVacancy.partial(),
      'Anciennes valeurs de ces champs',
      'Values that these fields had',
    ),
    user_id: userId(proposed).nullable(),
    vacancy_id: vacancyId(proposed),
    company: company(proposed),
  }),
});
