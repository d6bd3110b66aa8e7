// Compiled settings of subscriptions, kept over invocations: a company's next event finds them ready.
import type { Subscription } from '../../shared/subscription.ts';
import { type Condition, compileConditions } from '../../shared/subscription-conditions.ts';

export type ConditionsOf = (subscription: Subscription) => readonly Condition[];

/** Subscriptions whose conditions are kept: at the most that settings may cost, some tens of megabytes. */
const keptMax = 1_000;

/** Compiles once for each revision. The one not asked for longest goes first. @throws InvalidPatternError */
export const createConditionsCache = (max: number = keptMax): ConditionsOf => {
  const kept = new Map<string, { readonly revision: number; readonly conditions: Condition[] }>();
  return (subscription) => {
    const { companyId, id, revision } = subscription;
    const key = `${companyId}#${id}`;
    const known = kept.get(key);
    const entry =
      known?.revision === revision
        ? known
        : { revision, conditions: compileConditions(subscription) };
    kept.delete(key);
    kept.set(key, entry);
    if (kept.size > max) kept.delete(kept.keys().next().value!);
    return entry.conditions;
  };
};
