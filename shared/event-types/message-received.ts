// `message.received`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { personal, proposed } from './field.ts';
import { encodedId, html } from './kinds.ts';
import { column } from './objects/column.ts';
import { receivedMessage } from './objects/message.ts';
import { application, references } from './references.ts';
import sample from './samples/message.received.json' with { type: 'json' };

export const messageReceived = defineEventType({
  name: 'message.received',
  label: { fr: 'Nouveau message reçu', en: 'Message received' },
  description: {
    fr: "L'entreprise reçoit un message d'un candidat, par exemple une réponse.",
    en: 'The company receives a message from a candidate, for example a reply.',
  },
  group: 'messages',
  options: ['vacancy_ids'],
  sample,
  data: z.strictObject({
    company_id: proposed(
      encodedId,
      "Identifiant encodé de l'entreprise ; l'enveloppe a le simple",
      "Company's encoded id; the envelope has the plain one",
    ),
    ...application(proposed),
    column: proposed(
      column.optional(),
      'Colonne où se trouve la candidature',
      'Column that the application is in',
    ),
    text: proposed(personal(html), 'Corps du message', 'Body of the message'),
    message: proposed(receivedMessage, 'Le message', 'The message'),
    user_id: proposed(z.null(), "Null : aucun membre n'a agi", 'Null: no member acted'),
    ...references(proposed),
    column_id: references(proposed).column_id.optional(),
  }),
});
