// A vacancy: a job listing. Where the ATS's sample and its table disagree on a type, both are taken.
import * as z from 'zod';
import { documented, rest, sharedObject } from '../field.ts';
import {
  encodedId,
  flag,
  html,
  instant,
  plainId,
  publicLink,
  referentialNumber,
  text,
  whole,
} from '../kinds.ts';
import { address } from './address.ts';
import { question } from './question.ts';
import { tag } from './tag.ts';

const options = sharedObject('vacancy_options', {
  indeed: documented(flag, 'Publiée sur Indeed', 'Published on Indeed'),
  linkedin: documented(flag, 'Publiée sur LinkedIn', 'Published on LinkedIn'),
  optionals: documented(
    z.array(text),
    'Champs facultatifs du formulaire',
    'Optional fields of the application form',
  ),
  motivation: documented(
    flag,
    'Le formulaire demande un mot de motivation',
    'The form asks for a cover letter',
  ),
  social_links: documented(
    flag,
    'Le formulaire demande les profils en ligne',
    'The form asks for online profiles',
  ),
});

const content = {
  id: documented(
    plainId,
    "Identifiant simple de l'offre ; l'encodé est dans `data.vacancy_id`",
    "Job listing's plain id; the encoded one is in `data.vacancy_id`",
  ),
  company_id: documented(encodedId, "Identifiant encodé de l'entreprise", "Company's encoded id"),
  title: documented(text, 'Intitulé', 'Title'),
  reference: documented(text.nullable(), "Référence de l'entreprise", "Company's reference"),
  slug: documented(
    text,
    "Fin de l'adresse de la page : identifiant encodé en minuscules, puis intitulé",
    "End of the page's address: encoded id in lower case, then title",
  ),
  slug_mail: documented(
    text,
    "Partie locale de l'adresse pour postuler par e-mail",
    'Local part of the address for applications by e-mail',
  ),
  description: documented(html.nullable(), "Présentation de l'entreprise", 'About the company'),
  mission: documented(html.nullable(), 'Le poste', 'The job'),
  profile: documented(html.nullable(), 'Le profil recherché', 'The profile sought'),
  experience: documented(whole.nullable(), 'Expérience, en années', 'Experience, in years'),
  salary: documented(
    z.union([text, whole]).nullable(),
    "Salaire, ou salaire minimum ; la documentation de l'ATS en fait tantôt une chaîne, tantôt un entier",
    "Salary, or its minimum; now a string, now an integer in the ATS's documentation",
  ),
  salary_max: rest(text.nullable().optional(), 'Salaire maximum', 'Maximum salary'),
  mensuality: documented(
    z.enum(['y', 'm', 'd', 'h']).nullable(),
    'Période du salaire : an, mois, jour, heure',
    'Period of the salary: year, month, day, hour',
  ),
  currency: documented(
    z.enum(['EUR', 'USD', 'GBP', 'CAD', 'CHF']).nullable(),
    'Monnaie du salaire (ISO 4217)',
    'Currency of the salary (ISO 4217)',
  ),
  status: documented(
    whole,
    '1 : active ; 0 : archivée, sans doute, comme pour les candidatures',
    '1: active; 0: archived, presumably, as for applications',
  ),
  contract_type_id: documented(
    referentialNumber.nullable(),
    "Type de contrat : son numéro dans la liste `/contracts` de l'API",
    "Kind of contract: its number in the API's list `/contracts`",
  ),
  education_level_id: documented(
    referentialNumber.nullable(),
    "Niveau d'études : son numéro dans la liste `/educationLevels`",
    'Level of education: its number in the list `/educationLevels`',
  ),
  activity_id: documented(
    referentialNumber.nullable(),
    "Secteur d'activité : son numéro dans la liste `/activities`",
    'Sector: its number in the list `/activities`',
  ),
  channel_id: documented(
    referentialNumber.nullable(),
    'Filière : son numéro dans la liste `/channels`',
    'Field of work: its number in the list `/channels`',
  ),
  metier_id: documented(
    referentialNumber.nullable(),
    'Métier : son numéro',
    'Occupation: its number',
  ),
  external_id: documented(
    text.nullable(),
    'Référence dans un autre logiciel',
    'Reference in another system',
  ),
  created_by: documented(
    encodedId.nullable(),
    "Identifiant encodé de l'utilisateur qui a créé l'offre",
    'Encoded id of the user who created it',
  ),
  updated_by: documented(
    encodedId.nullable(),
    "Identifiant encodé de l'utilisateur qui a modifié l'offre en dernier",
    'Encoded id of the user who changed it last',
  ),
  created_at: documented(instant, "Création de l'offre", 'When the listing was created'),
  updated_at: documented(instant, 'Dernière modification', 'When it last changed'),
  published: documented(flag, "L'offre est en ligne", 'The listing is online'),
  semantic: documented(flag.optional(), 'Usage interne : à ignorer', 'Internal: ignore it'),
  daxtra_index: documented(flag.optional(), 'Usage interne : à ignorer', 'Internal: ignore it'),
  driver_license: documented(
    flag,
    'Le permis de conduire est demandé',
    'A driving licence is required',
  ),
  start_date: documented(
    text.nullable(),
    'Début du contrat, date ou instant ISO 8601',
    'Start of the contract, ISO 8601 date or instant',
  ),
  end_date: documented(
    text.nullable(),
    'Fin du contrat, date ou instant ISO 8601',
    'End of the contract, ISO 8601 date or instant',
  ),
  apply_url: documented(publicLink.nullable(), 'Page pour postuler', 'Page where candidates apply'),
  language: documented(z.enum(['fr_FR', 'en_GB']).nullable(), 'Langue', 'Language'),
  meta_title: documented(text.nullable(), 'Titre de la page', 'Title of the page'),
  meta_description: documented(text.nullable(), 'Description de la page', "Page's description"),
  meta_tags: documented(text.nullable(), 'Mots-clés de la page', "Page's keywords"),
  options: documented(options.nullable(), 'Diffusion et formulaire', 'Publication and form'),
  remote: documented(
    z.union([flag, z.enum(['notime', 'parttime', 'fulltime'])]),
    'Télétravail : aucun, partiel ou total ; un booléen dans les exemples de 2022',
    'Remote work: none, part of the time or all; a boolean in the samples of 2022',
  ),
  partial: documented(flag, 'Le poste est à temps partiel', 'The job is part time'),
  handicap: documented(
    flag,
    'Ouverte aux travailleurs handicapés',
    'Open to workers with disabilities',
  ),
  kanban: documented(
    flag,
    'Les candidatures sont suivies en colonnes',
    'Its applications are followed in columns',
  ),
  note: documented(html.nullable(), 'Note interne', 'Internal note'),
};

const form = {
  questions: documented(z.array(question), 'Questions du formulaire', 'Questions of the form'),
  address: documented(address, 'Lieu de travail', 'Where the job is'),
};

const tags = { tags: documented(z.array(tag), 'Étiquettes', 'Tags') };

/** As the events of an application show the listing. */
export const vacancy = sharedObject('vacancy', content);

/** As a new application shows it: with its form. */
export const vacancyWithForm = sharedObject('vacancy', { ...content, ...form });

/** As its own events show it. */
export const wholeVacancy = sharedObject('vacancy', { ...content, ...form, ...tags });
