// A member: the link between a login account and a company, with a role. `token_vyte` is no field of it, ever.
import { personal, rest, sharedObject } from '../field.ts';
import {
  encodedId,
  flag,
  instant,
  plainId,
  referentialNumber,
  text,
  undocumented,
  whole,
} from '../kinds.ts';

/** The account as the REST API's list of members shows it: its `id` is the encoded one. */
const memberUser = sharedObject('member_user', {
  id: rest(encodedId, "Identifiant encodé de l'utilisateur", "User's encoded id"),
  user_id: rest(plainId, "Identifiant simple de l'utilisateur", "User's plain id"),
  firstname: rest(personal(text), 'Prénom', 'First name'),
  lastname: rest(personal(text), 'Nom', 'Last name'),
  email: rest(personal(text), 'Adresse e-mail', 'E-mail address'),
  phone: rest(personal(text).nullable(), 'Téléphone, format libre', 'Phone, free format'),
  use_email: rest(
    flag,
    "L'utilisateur échange ses messages depuis sa propre messagerie",
    'The user sends and receives messages through their own mailbox',
  ),
  status: rest(whole, 'État du compte : 1, 2 ou 4', 'Account status: 1, 2 or 4'),
  language: rest(text, 'Langue, par exemple `fr_FR`', 'Language, for example `fr_FR`'),
  created_at: rest(instant, 'Création du compte', 'When the account was created'),
  updated_at: rest(instant, 'Dernière modification du compte', 'When the account last changed'),
  timezone: rest(
    text,
    'Fuseau horaire, par exemple `Europe/Paris`',
    'Time zone, for example `Europe/Paris`',
  ),
  company: rest(text, "Nom de l'entreprise", "Company's name"),
});

export const member = sharedObject('member', {
  id: rest(encodedId, 'Identifiant encodé du membre', "Member's encoded id"),
  role_id: rest(
    referentialNumber,
    'Rôle ; les numéros ne sont pas documentés',
    'Role; the numbers are not documented',
  ),
  external_id: rest(
    personal(undocumented).nullable(),
    'Référence dans un autre logiciel',
    'Reference in another system',
  ),
  company_id: rest(plainId, "Identifiant simple de l'entreprise", "Company's plain id"),
  created_at: rest(instant, "Date de l'ajout", 'When the member was added'),
  last_login: rest(personal(instant).nullable(), 'Dernière connexion', 'Last login'),
  user: rest(memberUser, "Compte de l'utilisateur", "User's account"),
});
