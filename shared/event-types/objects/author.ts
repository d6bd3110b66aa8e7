// Who wrote a comment or a message.
import { personal, rest, sharedObject } from '../field.ts';
import { encodedId, text } from '../kinds.ts';

export const author = sharedObject('author', {
  id: rest(encodedId, "Identifiant encodé de l'utilisateur", "User's encoded id"),
  firstname: rest(personal(text), 'Prénom', 'First name'),
  lastname: rest(personal(text), 'Nom', 'Last name'),
});
