// A question of a job listing's application form. Most of its values are documented by name only.
import { documented, sharedObject } from '../field.ts';
import { flag, semicolonList, text, undocumented, whole } from '../kinds.ts';

export const question = sharedObject('question', {
  id: documented(undocumented, 'Identifiant de la question', "Question's id"),
  text: documented(text, 'La question', 'The question'),
  type: documented(text, 'Nature de la réponse', 'Kind of answer'),
  required: documented(flag, 'La réponse est obligatoire', 'An answer is required'),
  options: documented(semicolonList.nullable(), 'Réponses possibles', 'Possible answers'),
  position: documented(whole, 'Rang dans le formulaire', 'Place in the form'),
  size: documented(undocumented, 'Taille du champ', 'Size of the field'),
  default_value: documented(undocumented, 'Réponse par défaut', 'Default answer'),
  parent_question: documented(
    undocumented,
    'Question dont celle-ci dépend',
    'Question that this one depends on',
  ),
  parent_answer_expected: documented(
    undocumented,
    'Réponse à cette autre question qui fait apparaître celle-ci',
    'Answer to that other question that makes this one appear',
  ),
});
