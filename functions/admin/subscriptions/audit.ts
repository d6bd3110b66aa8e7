// The audit of a subscription's changes: each is written with the row itself, and copied out before the next one.
import type { AuditEntry, AuditPage } from '../../../shared/audit-table.ts';
import type { Subscription, SubscriptionChange } from '../../../shared/subscription.ts';
import { notFound } from '../problem.ts';
import type { Call } from '../route.ts';

export interface AuditDeps {
  /** The same entry again is one row. */
  putAuditEntry(entry: AuditEntry): Promise<void>;
  listAuditEntries(
    companyId: number,
    subscriptionId: string,
    page: { readonly now: Date; readonly limit: number; readonly after?: string },
  ): Promise<AuditPage>;
  /** Deleted ones too, whose slot is still theirs. */
  listSubscriptions(companyId: number): Promise<Subscription[]>;
  now(): Date;
}

/** Whose request it is, and what it draws ids from. */
export type Requester = Pick<Call<never, never, never>, 'caller' | 'seed'>;

/** Who changes, and when: what every change of a subscription carries with it. */
export const changeBy = (
  deps: Pick<AuditDeps, 'now'>,
  { caller, seed }: Requester,
  action: SubscriptionChange['action'],
  fields: readonly string[],
  revision: number,
): SubscriptionChange => {
  // By revision first: changes of one millisecond are listed in their order.
  const token = `${String(revision).padStart(8, '0')}-${seed.slice(0, 16)}`;
  return { action, at: deps.now(), caller, fields, token };
};

/** To be called before the row is overwritten: so no crash can leave a change without its entry. */
export const copyAudit = async (
  deps: Pick<AuditDeps, 'putAuditEntry'>,
  { companyId, id, lastChange, disabledAt }: Subscription,
): Promise<void> => {
  const of = { companyId, subscriptionId: id };
  if (lastChange !== undefined) await deps.putAuditEntry({ ...of, ...lastChange });
  if (disabledAt === undefined) return;
  const own = { caller: 'rappel', action: 'disabled', fields: ['status'], token: '' } as const;
  await deps.putAuditEntry({ ...of, ...own, at: disabledAt });
};

/**
 * Newest first; of a deleted subscription too, for as long as entries are kept.
 * @throws ProblemError not-found
 */
export const listAudit = async (
  deps: AuditDeps,
  companyId: number,
  id: string,
  page: { readonly limit: number; readonly after?: string },
): Promise<AuditPage> => {
  const row = (await deps.listSubscriptions(companyId)).find((each) => each.id === id);
  if (row !== undefined) await copyAudit(deps, row);
  const found = await deps.listAuditEntries(companyId, id, { ...page, now: deps.now() });
  if (row === undefined && found.entries.length === 0 && page.after === undefined) {
    throw notFound('subscription');
  }
  return found;
};
