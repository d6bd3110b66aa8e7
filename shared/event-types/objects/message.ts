// A message between the company and a candidate. `data.text` repeats its body.
import * as z from 'zod';
import { personal, proposed, rest, sharedObject } from '../field.ts';
import { encodedId, flag, html, instant, plainId, text, undocumented } from '../kinds.ts';
import { attachment } from './attachment.ts';
import { author } from './author.ts';

const mail = sharedObject('mail', {
  subject: rest(personal(text), 'Objet', 'Subject'),
  text: rest(personal(text), 'Corps en texte simple', 'Body as plain text'),
  html: rest(personal(html), 'Corps mis en forme', 'Body with its formatting'),
  status: rest(undocumented, "État de l'envoi", 'Sending status'),
});

const addressee = sharedObject('addressee', {
  firstname: rest(personal(text), 'Prénom', 'First name'),
  lastname: rest(personal(text), 'Nom', 'Last name'),
  email: rest(personal(text), 'Adresse e-mail', 'E-mail address'),
});

const id = rest(encodedId, 'Identifiant encodé du message', "Message's encoded id");

const content = {
  created_by: rest(
    plainId.nullable(),
    "Identifiant simple de l'auteur ; null si c'est le candidat qui écrit",
    "Author's plain user id; null when the candidate writes",
  ),
  created_at: rest(instant, 'Date du message', 'When it was written'),
  auto: rest(flag, 'Message automatique', 'Automatic message'),
  mail: rest(mail, "L'e-mail lui-même", 'The e-mail itself'),
  delivered: rest(flag, 'Le message est parti', 'The message was sent'),
  deliver_at: rest(
    instant.nullable(),
    "Date d'envoi, prévue ou effective",
    'When it was sent, or is to be',
  ),
  author: rest(
    author.nullable(),
    "Auteur ; null si c'est le candidat qui écrit",
    'Author; null when the candidate writes',
  ),
  candidate: rest(addressee.optional(), 'Le candidat', 'The candidate'),
  attachments: rest(z.array(attachment), 'Pièces jointes', 'Attachments'),
};

/** A message that a member sent. */
export const sentMessage = sharedObject('message', { id, ...content });

/** A message that a candidate sent. */
export const receivedMessage = sharedObject('message', {
  id,
  in_reply_to: proposed(
    encodedId.nullable(),
    'Identifiant encodé du message auquel celui-ci répond',
    'Encoded id of the message that it answers',
  ),
  ...content,
});
