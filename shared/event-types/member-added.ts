// `member.added`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { member } from './objects/member.ts';
import { user } from './objects/user.ts';
import { company, userId } from './references.ts';
import sample from './samples/member.added.json' with { type: 'json' };

export const memberAdded = defineEventType({
  name: 'member.added',
  label: { fr: "Ajout d'un membre", en: 'Member added' },
  description: {
    fr: "Un membre rejoint l'entreprise ou y est invité.",
    en: 'A member joins the company or is invited to it.',
  },
  group: 'members',
  options: [],
  sample,
  data: z.strictObject({
    user: proposed(user.nullable(), "Membre qui l'a invité", 'Member who invited them'),
    member: rest(member, 'Le nouveau membre', 'The new member'),
    user_id: userId(proposed).nullable(),
    company: company(proposed),
  }),
});
