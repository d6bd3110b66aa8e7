// A tag that a company puts on its job listings or candidates.
import * as z from 'zod';
import { documented, sharedObject } from '../field.ts';
import { encodedId, flag, plainId, semicolonList, text, whole } from '../kinds.ts';

export const tag = sharedObject('tag', {
  id: documented(
    encodedId,
    "Identifiant encodé de l'étiquette posée",
    'Encoded id of the tag as put there',
  ),
  tag_id: documented(plainId, "Identifiant simple de l'étiquette", "Tag's plain id"),
  company_id: documented(plainId, "Identifiant simple de l'entreprise", "Company's plain id"),
  title: documented(text, "Nom de l'étiquette", "Tag's name"),
  values: documented(semicolonList, 'Valeurs ; peut être vide', 'Values; may be empty'),
  multiple: documented(
    flag,
    "L'étiquette peut avoir plusieurs valeurs",
    'The tag may have several values',
  ),
  visible: documented(flag, "L'étiquette est affichée", 'The tag is shown'),
  creatable: documented(
    flag,
    'De nouvelles valeurs peuvent être ajoutées',
    'New values may be added',
  ),
  folder: documented(flag, "L'étiquette sert de dossier", 'The tag serves as a folder'),
  type: documented(
    z.enum(['candidates', 'vacancies']),
    "Ce à quoi s'applique l'étiquette : candidats ou offres",
    'What the tag is for: candidates or job listings',
  ),
  position: documented(whole, 'Rang dans la liste', 'Place in the list'),
});
