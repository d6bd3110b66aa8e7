// What a change of the catalogue would break for receivers that were written for the published contract.
import type { Contract, ContractField } from './contract.ts';

export interface BreakingChange {
  /** `candidate.moved@1`. */
  readonly version: string;
  /** Empty for the type as a whole. */
  readonly path: string;
  readonly problem: string;
}

/**
 * Compares each published version with the same version now. Additions break nothing: receivers are told to
 * pass over what they do not know. Neither does a promise that grows stricter, such as a null that never comes.
 */
export const findBreakingChanges = (published: Contract, current: Contract): BreakingChange[] =>
  Object.entries(published).flatMap(([version, fields]) => {
    const now = current[version];
    if (now === undefined) return [{ version, path: '', problem: 'is no longer in the catalogue' }];
    return Object.entries(fields).flatMap(([path, field]) =>
      problemsOf(field, now[path]).map((problem) => ({ version, path, problem })),
    );
  });

/** What the author of such a change has to know. */
export const explainBreakingChanges = (changes: readonly BreakingChange[]): string =>
  [
    'The catalogue breaks what is published in docs/contract.json:',
    ...changes.map(({ version, path, problem }) =>
      ['  ', version, path && `: ${path}`, ` ${problem}`].join(''),
    ),
    'Receivers rely on it. Take the change back, or raise the version of the type in its file under',
    'shared/event-types/, with a pure function that makes the version before of it, and run `npm run docs`.',
  ].join('\n');

const problemsOf = (before: ContractField, now: ContractField | undefined): string[] => {
  if (now === undefined) return ['is removed'];
  const problems: string[] = [];
  const gained = now.kinds.filter((kind) => !isCovered(kind, before.kinds));
  if (gained.length > 0) {
    problems.push(
      `may now be ${gained.join(' or ')}; it was ${before.kinds.join(' or ') || 'null'}`,
    );
  }
  if (now.nullable && !before.nullable) problems.push('may now be null');
  if (before.required && !now.required) problems.push('may now be absent');
  return [...problems, ...valueProblems(before.values, now.values)];
};

const isCovered = (kind: string, before: readonly string[]): boolean =>
  before.includes(kind) ||
  before.includes('any') ||
  (kind === 'integer' && before.includes('number'));

/** A value that goes as another comes was renamed. One that only goes is never sent again, which breaks nothing. */
const valueProblems = (before: ContractField['values'], now: ContractField['values']): string[] => {
  if (before === undefined || now === undefined) return [];
  const gone = before.filter((value) => !now.includes(value));
  const come = now.filter((value) => !before.includes(value));
  return gone.length > 0 && come.length > 0
    ? [`no longer has the value ${gone.join(', ')}, and has ${come.join(', ')} instead`]
    : [];
};
