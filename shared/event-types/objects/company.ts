// The company that an event belongs to.
import { documented, sharedObject } from '../field.ts';
import { encodedId, text } from '../kinds.ts';

export const company = sharedObject('company', {
  id: documented(encodedId, "Identifiant encodé de l'entreprise", "Company's encoded id"),
  name: documented(text, "Nom de l'entreprise", "Company's name"),
});
