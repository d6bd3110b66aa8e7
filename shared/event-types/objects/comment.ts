// A member's comment on an application.
import * as z from 'zod';
import { personal, rest, sharedObject } from '../field.ts';
import { flag, html, instant, plainId, text, undocumented } from '../kinds.ts';
import { attachment } from './attachment.ts';
import { author } from './author.ts';

export const comment = sharedObject('comment', {
  id: rest(plainId, 'Identifiant simple du commentaire', "Comment's plain id"),
  type: rest(
    text,
    'Nature du commentaire, par exemple `note`',
    'Kind of comment, for example `note`',
  ),
  text: rest(personal(html), 'Texte ; peut mentionner des membres', 'Text; it may mention members'),
  private: rest(
    flag,
    'Réservé à certains membres ; envoyé seulement si le webhook a `include_private_comments`',
    'For some members only; sent only where the webhook has `include_private_comments`',
  ),
  favorite: rest(flag, 'Mis en avant', 'Pinned'),
  created_by: rest(plainId, "Identifiant simple de l'auteur", "Author's plain user id"),
  created_at: rest(instant, 'Date du commentaire', 'When it was written'),
  reply_to: rest(
    plainId.nullable(),
    'Identifiant simple du commentaire auquel il répond',
    'Plain id of the comment that it answers',
  ),
  author: rest(author, 'Auteur', 'Author'),
  attachments: rest(z.array(attachment), 'Pièces jointes', 'Attachments'),
  ratings: rest(personal(z.array(undocumented)), 'Notes données', 'Ratings given'),
});
