// A column: a stage of a company's recruitment. Columns belong to the company, not to a job listing.
import { documented, proposed, sharedObject } from '../field.ts';
import { encodedId, flag, instant, plainId, text, whole } from '../kinds.ts';

export const column = sharedObject('column', {
  id: documented(
    plainId,
    "Identifiant simple de la colonne, celui que prend l'API REST",
    'Plain id of the column, the one that the REST API takes',
  ),
  title: documented(
    text,
    'Nom de la colonne, par exemple « Recruté »',
    'Name of the column, for example "Recruté"',
  ),
  company_id: documented(encodedId, "Identifiant encodé de l'entreprise", "Company's encoded id"),
  position: documented(whole, 'Rang de la colonne, à partir de 0', 'Place of the column, from 0'),
  created_at: documented(instant, 'Création de la colonne', 'When the column was created'),
  updated_at: documented(instant, 'Dernière modification', 'When the column last changed'),
  visible: documented(flag, 'La colonne est affichée', 'The column is shown'),
  hired: documented(
    flag,
    "La colonne est celle des candidats recrutés : c'est ainsi que se reconnaît une embauche",
    'The column is the one for hires: this is how to tell a hire',
  ),
});

/** The column that an application came from. */
export const previousColumn = sharedObject('previous_column', {
  id: proposed(
    plainId,
    'Identifiant simple de la colonne de départ',
    'Plain id of the column that it left',
  ),
  title: proposed(text, 'Nom de la colonne de départ', 'Name of the column that it left'),
  hired: proposed(
    flag,
    'La colonne de départ est celle des candidats recrutés',
    'The column that it left is the one for hires',
  ),
});
