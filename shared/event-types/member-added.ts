// `member.added`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const memberAdded = defineEventType({
  name: 'member.added',
  label: { fr: "Ajout d'un membre", en: 'Member added' },
  description: {
    fr: "Un membre rejoint l'entreprise ou y est invité.",
    en: 'A member joins the company or is invited to it.',
  },
  group: 'members',
  options: [],
  data: z.looseObject({}),
});
