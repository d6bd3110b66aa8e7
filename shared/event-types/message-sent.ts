// `message.sent`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { documented, personal, rest } from './field.ts';
import { encodedId, html } from './kinds.ts';
import { column } from './objects/column.ts';
import { sentMessage } from './objects/message.ts';
import { user } from './objects/user.ts';
import { application, references, userId } from './references.ts';
import sample from './samples/message.sent.json' with { type: 'json' };

export const messageSent = defineEventType({
  name: 'message.sent',
  legacyName: 'new_message',
  label: { fr: 'Nouveau message envoyé', en: 'Message sent' },
  description: {
    fr: "Un membre de l'entreprise envoie un message à un candidat.",
    en: 'A member of the company sends a message to a candidate.',
  },
  group: 'messages',
  options: ['vacancy_ids'],
  sample,
  data: z.strictObject({
    company_id: documented(
      encodedId,
      "Identifiant encodé de l'entreprise ; l'enveloppe a le simple",
      "Company's encoded id; the envelope has the plain one",
    ),
    user: documented(user, 'Membre qui a envoyé le message', 'Member who sent the message'),
    ...application(documented),
    column: documented(
      column.optional(),
      'Colonne où se trouve la candidature',
      'Column that the application is in',
    ),
    text: documented(personal(html), 'Corps du message', 'Body of the message'),
    message: rest(sentMessage, 'Le message', 'The message'),
    user_id: userId(documented),
    ...references(documented),
    column_id: references(documented).column_id.optional(),
  }),
});
