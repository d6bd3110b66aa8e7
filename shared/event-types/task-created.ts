// `task.created`: its words and the schema of its data.
import * as z from 'zod';
import { defineEventType } from './define-event-type.ts';

export const taskCreated = defineEventType({
  name: 'task.created',
  label: { fr: 'Nouvelle tâche', en: 'New task' },
  description: {
    fr: 'Un membre crée une tâche, sur une candidature ou sur un membre.',
    en: 'A member creates a task, about an application or about a member.',
  },
  group: 'actions',
  options: ['vacancy_ids'],
  data: z.looseObject({}),
});
