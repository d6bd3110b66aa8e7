// `ids`: the plain and the encoded id of each object, under names that do not collide as those in `data` do.
import type * as z from 'zod';
import { proposed, sharedObject } from './field.ts';
import { encodedId, plainId } from './kinds.ts';

const pair = sharedObject('id_pair', {
  plain: proposed(plainId.optional(), "L'identifiant simple", 'The plain id'),
  encoded: proposed(
    encodedId.optional(),
    "L'identifiant encodé, celui que prennent les chemins de l'API REST",
    'The encoded id, the one that paths of the REST API take',
  ),
}).optional();

/** An object that the event does not have, or an id that the ATS does not know, is absent. */
export const ids = sharedObject('ids', {
  applicant: proposed(pair, 'La candidature', 'The application'),
  candidate: proposed(pair, 'La personne', 'The person'),
  column: proposed(pair, 'La colonne', 'The column'),
  previous_column: proposed(pair, 'La colonne de départ', 'The column that it left'),
  vacancy: proposed(pair, "L'offre", 'The job listing'),
  user: proposed(pair, "L'utilisateur qui a agi", 'The user who acted'),
  member: proposed(pair, 'Le membre', 'The member'),
  comment: proposed(pair, 'Le commentaire', 'The comment'),
  task: proposed(pair, 'La tâche', 'The task'),
  message: proposed(pair, 'Le message', 'The message'),
  company: proposed(pair, "L'entreprise", 'The company'),
});

export type EventIds = z.infer<typeof ids>;
