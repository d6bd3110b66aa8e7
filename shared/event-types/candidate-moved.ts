// `candidate.moved`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { documented, proposed } from './field.ts';
import { movedApplicant } from './objects/applicant.ts';
import { column, previousColumn } from './objects/column.ts';
import { user } from './objects/user.ts';
import { application, references, userId } from './references.ts';
import sample from './samples/candidate.moved.json' with { type: 'json' };

export const candidateMoved = defineEventType({
  name: 'candidate.moved',
  legacyName: 'drag_applicant',
  label: { fr: "Déplacement d'un candidat", en: 'Candidate moved' },
  description: {
    fr: 'Une candidature est déplacée dans une autre colonne, par exemple celle des candidats recrutés.',
    en: 'An application is moved to another column, for example the one for hires.',
  },
  group: 'candidates',
  options: ['vacancy_ids', 'column_ids', 'hired_only'],
  sample,
  data: z.strictObject({
    user: documented(
      user.nullable(),
      "Membre qui a déplacé la candidature ; null pour l'API ou un automatisme",
      'Member who moved the application; null for the API or an automation',
    ),
    ...application(documented),
    applicant: documented(movedApplicant, 'La candidature', 'The application'),
    column: documented(column, "Colonne d'arrivée", 'Column of arrival'),
    previous_column: proposed(
      previousColumn.nullable(),
      'Colonne de départ ; null si elle est inconnue',
      'Column that it left; null if unknown',
    ),
    user_id: userId(documented).nullable(),
    ...references(documented),
  }),
});
