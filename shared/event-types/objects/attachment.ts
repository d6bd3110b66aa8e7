// A file that came with a message or a comment.
import { personal, rest, sharedObject } from '../field.ts';
import { encodedId, instant, link, text } from '../kinds.ts';

export const attachment = sharedObject('attachment', {
  id: rest(encodedId, 'Identifiant encodé de la pièce jointe', "Attachment's encoded id"),
  name: rest(personal(text), 'Nom du fichier', 'Name of the file'),
  key: rest(personal(text), "Clé du fichier dans l'ATS", 'Key of the file in the ATS'),
  url: rest(personal(link), 'Adresse du fichier', 'Where the file is'),
  created_at: rest(instant, "Date de l'ajout", 'When it was added'),
});
