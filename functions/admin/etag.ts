// Entity tags: what was read, and whether it is still there. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
import { changedMeanwhile } from './problem.ts';

export const etagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

/**
 * Without `If-Match`, and for `*`, whatever is there will do. A weak tag never matches.
 * @throws ProblemError changed-meanwhile
 */
export const refuseStale = (
  ifMatch: string | undefined,
  current: { readonly revision: number },
): void => {
  if (ifMatch === undefined) return;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  const tag = etagOf(current);
  if (!tags.includes('*') && !tags.includes(tag)) throw changedMeanwhile(tag);
};
