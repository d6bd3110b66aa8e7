// The parts that `data` has in several events. Each event says where it has them from: `references(documented)`.
import type { Describe } from './field.ts';
import { encodedId, plainId } from './kinds.ts';
import { applicant } from './objects/applicant.ts';
import { candidate } from './objects/candidate.ts';
import { company as companyObject } from './objects/company.ts';
import { vacancy } from './objects/vacancy.ts';

/** The objects of an application, where an event happens to it. */
export const application = (say: Describe) => ({
  applicant: say(applicant, 'La candidature', 'The application'),
  candidate: say(candidate, 'La personne', 'The person'),
  vacancy: say(vacancy, "L'offre", 'The job listing'),
});

/** The flat references to them, in the documented order. */
export const references = (say: Describe) => ({
  applicant_id: say(plainId, 'Identifiant simple de la candidature', "Application's plain id"),
  candidate_id: say(plainId, 'Identifiant simple du candidat', "Candidate's plain id"),
  vacancy_id: vacancyId(say),
  company: company(say),
  column_id: say(
    encodedId,
    'Identifiant encodé de la colonne où se trouve la candidature',
    'Encoded id of the column that the application is in',
  ),
});

export const company = (say: Describe) => say(companyObject, "L'entreprise", 'The company');

export const userId = (say: Describe) =>
  say(
    encodedId,
    "Identifiant encodé de l'utilisateur de `user`",
    'Encoded id of the user in `user`',
  );

export const vacancyId = (say: Describe) =>
  say(encodedId, "Identifiant encodé de l'offre", "Job listing's encoded id");
