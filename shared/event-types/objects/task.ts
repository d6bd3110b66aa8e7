// A task that a member gives to members, about an application or a member.
import * as z from 'zod';
import { annotate, personal, rest, sharedObject } from '../field.ts';
import { encodedId, flag, instant, text } from '../kinds.ts';

const subject = annotate(
  z
    .string()
    .regex(/^(applicant|member)=[0-9A-Za-z]+$/, 'must be applicant=<id> or member=<user id>'),
  {
    thin: 'id',
    format: { fr: '`applicant=<id>` ou `member=<id>`', en: '`applicant=<id>` or `member=<id>`' },
    example: 'applicant=b9FzQ6nLr4DsX1Ke',
  },
);

export const task = sharedObject('task', {
  id: rest(encodedId, 'Identifiant encodé de la tâche', "Task's encoded id"),
  type: rest(z.literal('task'), 'Toujours `task`', 'Always `task`'),
  description: rest(
    personal(text),
    'Texte, parfois sur plusieurs lignes',
    'Text; it may have several lines',
  ),
  date: rest(instant, 'Échéance', 'When it is due'),
  value: rest(
    z.array(subject),
    'Sur quoi porte la tâche : `applicant=…`, une candidature, ou `member=…`, un membre désigné par son utilisateur',
    'What the task is about: `applicant=…`, an application, or `member=…`, a member by their user id',
  ),
  users: rest(
    z.array(encodedId),
    'Identifiants encodés des utilisateurs qui la voient',
    'Encoded ids of the users who see it',
  ),
  memberId: rest(
    encodedId,
    "Identifiant encodé de l'utilisateur (et non du membre) qui l'a créée",
    'Encoded id of the user (not of the member) who created it',
  ),
  done: rest(flag, 'La tâche est faite', 'The task is done'),
});
