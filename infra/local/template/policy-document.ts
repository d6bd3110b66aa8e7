// A policy document as templates write it: one value or several, a boolean where IAM has text.
import * as z from 'zod';
import { text } from './property-kinds.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())], {
  error: 'wants text or a list of it.',
});

const conditionValue = z.union([z.array(text), text], { error: 'wants text or a list of it.' });

/** Loose: an element that cannot be judged is named by the evaluator, which knows the reasons. */
const statement = z.looseObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  Principal: z.union([z.literal('*'), z.record(z.string(), oneOrMany)]).optional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValue)).optional(),
});

export const policyDocument = z.strictObject({
  Version: z.string().optional(),
  Id: z.string().optional(),
  Statement: z.union([z.array(statement), statement.transform((single) => [single])]),
});
