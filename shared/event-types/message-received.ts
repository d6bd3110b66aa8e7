// `message.received`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const messageReceived = defineEventType({
  name: 'message.received',
  label: { fr: 'Nouveau message reçu', en: 'Message received' },
  description: {
    fr: "Un candidat répond : un message de sa part arrive dans l'entreprise.",
    en: 'A candidate replies: a message from them reaches the company.',
  },
  group: 'messages',
  options: ['vacancy_ids'],
  data: z.looseObject({}),
});
