// `message.sent`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

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
  data: z.looseObject({}),
});
