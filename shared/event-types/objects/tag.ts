// A tag that a company puts on its job listings or candidates.
import * as z from 'zod';
import { documented, sharedObject } from '../field.ts';
import { encodedId, flag, plainId, semicolonList, text, whole } from '../kinds.ts';

export const tag = sharedObject('tag', {
  id: documented(encodedId, "Identifiant encodé de l'étiquette posée", 'Encoded id of the tag put'),
  tag_id: documented(plainId, "Identifiant simple de l'étiquette", "Tag's plain id"),
  company_id: documented(plainId, "Identifiant simple de l'entreprise", "Company's plain id"),
  title: documented(text, "Nom de l'étiquette", "Tag's name"),
  values: documented(semicolonList, 'Valeurs ; peut être vide', 'Values; may be empty'),
  multiple: documented(flag, 'Prend plusieurs valeurs', 'Takes several values'),
  visible: documented(flag, 'Est affichée', 'Is shown'),
  creatable: documented(flag, 'Accepte de nouvelles valeurs', 'Takes new values'),
  folder: documented(flag, 'Sert de dossier', 'Serves as a folder'),
  type: documented(
    z.enum(['candidates', 'vacancies']),
    'Ce sur quoi elle se pose',
    'What it is put on',
  ),
  position: documented(whole, 'Rang', 'Place'),
});
