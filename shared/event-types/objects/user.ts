// The login account of the member who acted.
import * as z from 'zod';
import { annotate, documented, personal, sharedObject } from '../field.ts';
import { flag, html, instant, plainId, text, undocumented, whole } from '../kinds.ts';

export const user = sharedObject('user', {
  id: documented(
    plainId,
    "Identifiant simple de l'utilisateur ; l'encodé est dans `data.user_id`",
    "User's plain id; the encoded one is in `data.user_id`",
  ),
  firstname: documented(personal(text), 'Prénom', 'First name'),
  lastname: documented(personal(text), 'Nom', 'Last name'),
  email: documented(personal(text), 'Adresse e-mail', 'E-mail address'),
  status: documented(whole, 'État du compte : 1, 2 ou 4', 'Account status: 1, 2 or 4'),
  phone: documented(personal(text).nullable(), 'Téléphone, format libre', 'Phone, free format'),
  company: documented(text, "Nom de l'entreprise", "Company's name"),
  language: documented(text, 'Langue, par exemple `fr_FR`', 'Language, for example `fr_FR`'),
  last_login: documented(personal(instant).nullable(), 'Dernière connexion', 'Last login'),
  created_at: documented(instant, 'Création du compte', 'When the account was created'),
  updated_at: documented(
    instant,
    'Dernière modification du compte',
    'When the account last changed',
  ),
  signature: documented(
    personal(html),
    'Signature des messages ; peut être vide',
    'Signature of messages; may be empty',
  ),
  use_email: documented(
    flag,
    "L'utilisateur échange ses messages depuis sa propre messagerie",
    'The user sends and receives messages through their own mailbox',
  ),
  timezone: documented(
    text,
    'Fuseau horaire, par exemple `Europe/Paris`',
    'Time zone, for example `Europe/Paris`',
  ),
  gmail_last_sync_id: documented(
    personal(undocumented).optional(),
    'Usage interne : à ignorer',
    'Internal: ignore it',
  ),
  gmail_last_sync_date: documented(
    personal(undocumented).optional(),
    'Usage interne : à ignorer',
    'Internal: ignore it',
  ),
  picture: documented(personal(undocumented), 'Photo', 'Picture'),
});

/** What `candidate.created` says where nobody acted: an object without fields. */
export const nobody = annotate(z.record(z.string(), z.never()), {
  format: { fr: 'objet vide', en: 'empty object' },
});
