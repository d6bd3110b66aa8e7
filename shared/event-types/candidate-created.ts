// `candidate.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { documented } from './field.ts';
import { html, plainId } from './kinds.ts';
import { newApplicant } from './objects/applicant.ts';
import { newCandidate } from './objects/candidate.ts';
import { cv } from './objects/cv.ts';
import { nobody, user } from './objects/user.ts';
import { vacancyWithForm } from './objects/vacancy.ts';
import { references } from './references.ts';
import sample from './samples/candidate.created.json' with { type: 'json' };

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
  sample,
  data: z.strictObject({
    applicant: documented(newApplicant, 'La candidature', 'The application'),
    candidate: documented(newCandidate, 'La personne', 'The person'),
    vacancy: documented(vacancyWithForm, "L'offre", 'The job listing'),
    column: documented(
      plainId,
      'Identifiant simple de la première colonne ; un objet dans les autres événements',
      'Plain id of the first column; an object in the other events',
    ),
    cv: documented(cv.nullable(), 'CV', 'CV'),
    user: documented(
      z.union([nobody, user]).nullable(),
      'Membre qui a créé la candidature ; vide ou null si le candidat a postulé lui-même',
      'Member who created the application; empty or null if the candidate applied themselves',
    ),
    message: documented(
      html,
      "Phrase prête à afficher, en français, avec l'intitulé de l'offre",
      'Sentence ready to be shown, in French, with the title of the listing',
    ),
    ...references(documented),
  }),
});
