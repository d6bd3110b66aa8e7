// The deletion of a company, pure: everything that is kept of it, in two passes, and the proof that remains.
import { createHash } from 'node:crypto';
import { lateWriteMsMax } from './limits.ts';

export interface CompanyDeletion {
  readonly companyId: number;
  /** settling: it is gone; a last pass looks for what workers wrote that had read before. */
  readonly status: 'running' | 'settling' | 'done';
  /** All that were ever seen: the last pass looks under them too. */
  readonly subscriptionIds: readonly string[];
  readonly events: number;
  readonly rows: number;
  readonly requestedAt: Date;
  readonly requestedBy: string;
  readonly completedAt?: Date;
  /** When the sweep looks at it next; none once it is done. */
  readonly dueAt?: Date;
  readonly revision: number;
}

/** Of the company: asked for twice, it is the same deletion. */
export const deletionIdOf = (companyId: number): string =>
  `cmp_${createHash('sha256').update(`company ${companyId}`).digest('hex').slice(0, 24)}`;

export const deletionIdPattern = /^cmp_[0-9a-f]{24}$/;

/** Asked for again, one that is done begins anew and goes on counting; one that is not stays as it is. */
export const deletionAsked = (
  known: CompanyDeletion | undefined,
  companyId: number,
  requestedBy: string,
  now: Date,
): CompanyDeletion => {
  if (known !== undefined && known.status !== 'done') return known;
  return {
    companyId,
    status: 'running',
    subscriptionIds: known?.subscriptionIds ?? [],
    events: known?.events ?? 0,
    rows: known?.rows ?? 0,
    requestedAt: known?.requestedAt ?? now,
    requestedBy,
    dueAt: now,
    revision: known?.revision ?? 0,
  };
};

export const afterDeletionPass = (deletion: CompanyDeletion, now: Date): CompanyDeletion => {
  const { dueAt: _, ...rest } = deletion;
  return deletion.status === 'running'
    ? { ...rest, status: 'settling', dueAt: new Date(now.getTime() + lateWriteMsMax) }
    : { ...rest, status: 'done', completedAt: now };
};
