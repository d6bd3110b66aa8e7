// Which of the jobs a due row is: its sort key says so.
import type { Hint } from '../../shared/timers-table.ts';

type Tend = (hint: Hint) => Promise<true | undefined>;

/** @param kinds by what their sort keys begin with. @throws where a row is of none of them */
export const tendByKind = (
  kinds: Readonly<Record<string, Tend>>,
  hint: Hint,
): Promise<true | undefined> => {
  const tend = Object.entries(kinds).find(([prefix]) => hint.sk.startsWith(prefix))?.[1];
  if (tend === undefined) throw new Error(`${hint.sk} is no job that this version knows`);
  return tend(hint);
};
