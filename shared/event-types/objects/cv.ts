// A CV: an empty object in the ATS's own samples, so every field is a proposal and none is certain.
import { personal, proposed, sharedObject } from '../field.ts';
import { instant, link, text } from '../kinds.ts';

export const cv = sharedObject('cv', {
  name: proposed(personal(text).optional(), 'Nom du fichier', 'Name of the file'),
  url: proposed(personal(link).optional(), 'Adresse du fichier', 'Where the file is'),
  expires_at: proposed(
    instant.optional(),
    "Fin de validité de l'adresse",
    'When the address stops working',
  ),
});
