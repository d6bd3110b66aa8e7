// The event pattern of a rule or an archive: EventBridge refuses a malformed one when it is
// deployed.
import * as z from 'zod';
import { InvalidPatternError } from '../../../shared/event-pattern/pattern-errors.ts';
import { compilePattern } from '../../../shared/event-pattern.ts';
import { patternCharactersMax } from '../../../shared/limits.ts';
import { json } from './property-kinds.ts';

const faultOf = (pattern: object): string | undefined => {
  const { length } = JSON.stringify(pattern);
  if (length > patternCharactersMax) {
    return `has ${length} characters; EventBridge allows ${patternCharactersMax}.`;
  }
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidPatternError) return error.message;
    throw error;
  }
};

export const eventPattern = json(
  z.record(z.string(), z.unknown()).superRefine((pattern, issues) => {
    const message = faultOf(pattern);
    if (message !== undefined) issues.addIssue({ code: 'custom', message });
  }),
);
