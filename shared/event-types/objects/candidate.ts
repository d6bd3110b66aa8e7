// A candidate: the person. An application of theirs is an `applicant`.
import * as z from 'zod';
import { annotate, documented, personal, sharedObject } from '../field.ts';
import { flag, instant, link, plainId, text, undocumented, whole } from '../kinds.ts';
import { cv } from './cv.ts';

const urls = sharedObject('candidate_urls', {
  facebook: documented(personal(link).optional(), 'Facebook', 'Facebook'),
  linkedin: documented(personal(link).optional(), 'LinkedIn', 'LinkedIn'),
  twitter: documented(personal(link).optional(), 'Twitter', 'Twitter'),
  other: documented(personal(link).optional(), 'Autre page', 'Another page'),
});

const additionals = annotate(personal(z.record(z.string(), z.unknown())), {
  format: { fr: 'contenu non documenté', en: 'contents not documented' },
});

export const candidate = sharedObject('candidate', {
  id: documented(plainId, 'Identifiant simple du candidat', "Candidate's plain id"),
  firstname: documented(personal(text), 'Prénom', 'First name'),
  lastname: documented(personal(text), 'Nom', 'Last name'),
  email: documented(personal(text).nullable(), 'Adresse e-mail', 'E-mail address'),
  phone: documented(
    personal(text).nullable(),
    'Téléphone, format libre ; peut être vide',
    'Phone, free format; may be empty',
  ),
  status: documented(
    personal(whole),
    'État ; valeurs non documentées',
    'Status; values not documented',
  ),
  external_id: documented(
    personal(text).nullable(),
    'Référence dans un autre logiciel, par exemple le SIRH',
    'Reference in another system, for example the HR system',
  ),
  created_at: documented(instant, 'Création du candidat', 'When the candidate was created'),
  updated_at: documented(instant, 'Dernière modification', 'When the candidate last changed'),
  summary: documented(personal(undocumented), 'Résumé', 'Summary'),
  contact_information: documented(personal(undocumented), 'Coordonnées', 'Contact details'),
  comments: documented(personal(undocumented), 'Commentaires', 'Comments'),
  urls: documented(
    urls.nullable(),
    'Profils en ligne du candidat ; peut être vide',
    "Candidate's online profiles; may be empty",
  ),
  user_id: documented(personal(undocumented), 'Compte du candidat', "Candidate's account"),
  consent: documented(
    personal(flag),
    "Le candidat a consenti à l'usage de ses données (RGPD)",
    'The candidate has consented to the use of their data (GDPR)',
  ),
  cv: documented(cv.nullable(), 'CV ; peut être vide', 'CV; may be empty'),
  additionals: documented(
    additionals.nullable(),
    'Informations complémentaires ; peut être vide',
    'Additional information; may be empty',
  ),
});

/** As a new application shows the candidate. */
export const newCandidate = annotate(candidate.omit({ cv: true, additionals: true }), {
  object: 'candidate',
});
