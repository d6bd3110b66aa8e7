// `comment.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { comment } from './objects/comment.ts';
import { user } from './objects/user.ts';
import { application, references, userId } from './references.ts';
import sample from './samples/comment.created.json' with { type: 'json' };

export const commentCreated = defineEventType({
  name: 'comment.created',
  label: { fr: 'Nouveau commentaire', en: 'New comment' },
  description: {
    fr: 'Un membre commente une candidature. Les commentaires privés ne sont envoyés que si vous le demandez.',
    en: 'A member comments on an application. Private comments are sent only if you ask for them.',
  },
  group: 'comments',
  options: ['vacancy_ids', 'include_private_comments'],
  sample,
  data: z.strictObject({
    user: proposed(user, 'Auteur du commentaire', "The comment's author"),
    comment: rest(comment, 'Le commentaire', 'The comment'),
    ...application(proposed),
    user_id: userId(proposed),
    ...references(proposed),
  }),
});
