// An applicant: one candidate's application to one job listing.
import * as z from 'zod';
import { documented, personal, rest, sharedObject } from '../field.ts';
import { encodedId, flag, instant, plainId, text, undocumented, whole } from '../kinds.ts';
import { column } from './column.ts';
import { vacancy } from './vacancy.ts';

const apply = sharedObject('apply', {
  id: documented(encodedId, 'Identifiant encodé du dépôt', "Submission's encoded id"),
  created_at: documented(instant, 'Date du dépôt', 'When it was submitted'),
  vacancy_id: documented(encodedId, "Identifiant encodé de l'offre", "Job listing's encoded id"),
  offerer_id: documented(
    encodedId,
    "Identifiant encodé du site d'emploi",
    "Job board's encoded id",
  ),
  import: documented(flag, "Le dépôt vient d'un import", 'It was imported'),
});

const content = {
  vacancy_id: documented(encodedId, "Identifiant encodé de l'offre", "Job listing's encoded id"),
  candidate_id: documented(plainId, 'Identifiant simple du candidat', "Candidate's plain id"),
  score: documented(personal(whole), "Note ; 0 s'il n'y en a pas", 'Rating; 0 while there is none'),
  status: documented(personal(whole), '0 : archivée ; 1 : active', '0: archived; 1: active'),
  created_at: documented(instant, 'Date de la candidature', 'When the application was created'),
  updated_at: documented(instant, 'Dernière modification', 'When it last changed'),
  comment: documented(
    personal(text).nullable(),
    'Mot de motivation du candidat',
    "Candidate's cover letter",
  ),
  column_id: documented(
    encodedId,
    'Identifiant encodé de la colonne où se trouve la candidature',
    'Encoded id of the column that the application is in',
  ),
  comments: documented(personal(undocumented), 'Commentaires', 'Comments'),
  urls: documented(personal(undocumented), 'Profils en ligne', 'Online profiles'),
  external_id: documented(
    personal(text).nullable(),
    'Référence dans un autre logiciel',
    'Reference in another system',
  ),
  view: documented(flag, 'Le profil a été consulté', 'The profile has been seen'),
  anonym: documented(flag, 'La candidature est anonymisée', 'The application is anonymised'),
  duplicate: documented(personal(undocumented), 'Doublon', 'Duplicate'),
  reason_id: documented(
    personal(undocumented),
    "Sans doute le motif d'archivage",
    'Probably the reason for archiving',
  ),
};

const id = documented(plainId, 'Identifiant simple de la candidature', "Application's plain id");

const nestedColumn = documented(
  column,
  'Colonne où se trouve la candidature',
  'Column that the application is in',
);

const nestedVacancy = documented(vacancy.optional(), "L'offre", 'The job listing');

/** As most events show the application. */
export const applicant = sharedObject('applicant', {
  id,
  ...content,
  foreigner: rest(personal(flag).optional(), 'Non documenté', 'Not documented'),
  vacancy: nestedVacancy,
});

/** As a move shows it. */
export const movedApplicant = sharedObject('applicant', {
  id,
  ...content,
  applies: documented(z.array(apply), 'Dépôts de la candidature', 'Its submissions'),
  column: nestedColumn,
  vacancy: nestedVacancy,
});

/** As its creation shows it: here the id is the encoded one. */
export const newApplicant = sharedObject('applicant', {
  id: documented(
    encodedId,
    "Identifiant encodé de la candidature, celui que prend l'API REST ; le simple est dans `data.applicant_id`",
    "Application's encoded id, the one that the REST API takes; the plain one is in `data.applicant_id`",
  ),
  ...content,
  column: nestedColumn,
});
