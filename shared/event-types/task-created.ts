// `task.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';
import { proposed, rest } from './field.ts';
import { task } from './objects/task.ts';
import { user } from './objects/user.ts';
import { application, references, userId } from './references.ts';
import sample from './samples/task.created.json' with { type: 'json' };

/** A task about a member has no application: all of these are null then. */
const { applicant, candidate, vacancy } = application(proposed);
const { applicant_id, candidate_id, vacancy_id, company, column_id } = references(proposed);

export const taskCreated = defineEventType({
  name: 'task.created',
  label: { fr: 'Nouvelle tâche', en: 'New task' },
  description: {
    fr: "Un membre crée une tâche à propos d'une candidature ou d'un membre.",
    en: 'A member creates a task, about an application or about a member.',
  },
  group: 'actions',
  options: ['vacancy_ids'],
  sample,
  data: z.strictObject({
    user: proposed(user, 'Membre qui a créé la tâche', 'Member who created the task'),
    task: rest(task, 'La tâche', 'The task'),
    applicant: applicant.nullable(),
    candidate: candidate.nullable(),
    vacancy: vacancy.nullable(),
    user_id: userId(proposed),
    applicant_id: applicant_id.nullable(),
    candidate_id: candidate_id.nullable(),
    vacancy_id: vacancy_id.nullable(),
    company,
    column_id: column_id.nullable(),
  }),
});
