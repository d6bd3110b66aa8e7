// Compiled settings of subscriptions, kept over invocations: a company's next event finds them ready.
import { compiledSubscriptionsMax } from '../../shared/limits.ts';
import type { Subscription } from '../../shared/subscription.ts';
import { type Condition, compileConditions } from '../../shared/subscription-conditions.ts';

export type ConditionsOf = (subscription: Subscription) => readonly Condition[];

/** Compiles once for each revision. The one not asked for longest goes first. @throws InvalidPatternError */
export const createConditionsCache = (max: number = compiledSubscriptionsMax): ConditionsOf => {
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
