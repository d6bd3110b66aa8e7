// `candidate.archived`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { column } from './objects/column.ts';
import { user } from './objects/user.ts';
import { application, references, userId } from './references.ts';
import sample from './samples/candidate.archived.json' with { type: 'json' };

export const candidateArchived = defineEventType({
  name: 'candidate.archived',
  label: { fr: "Archivage d'un candidat", en: 'Candidate archived' },
  description: {
    fr: 'Une candidature est archivée, par un membre ou automatiquement.',
    en: 'An application is archived, by a member or automatically.',
  },
  group: 'candidates',
  options: ['vacancy_ids', 'column_ids'],
  sample,
  data: z.strictObject({
    user: proposed(
      user.nullable(),
      "Membre qui a archivé la candidature ; null si l'archivage est automatique",
      'Member who archived the application; null when it was archived automatically',
    ),
    ...application(rest),
    column: proposed(
      column.nullable(),
      'Colonne où se trouvait la candidature',
      'Column that the application was in',
    ),
    user_id: userId(proposed).nullable(),
    ...references(proposed),
  }),
});
