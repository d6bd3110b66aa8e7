// Admin's ports of erasures in memory: no candidate has an event, and what is asked for is kept.
import type { AdminDeps } from '../../functions/admin/routes.ts';
import type { CompanyDeletion } from '../../shared/company-deletion.ts';
import { type Erasure, erasureIdOf } from '../../shared/erasure.ts';

export const createMemoryPrivacy = (): Pick<
  AdminDeps,
  | 'getErasure'
  | 'putErasure'
  | 'putTombstone'
  | 'isCompanyErased'
  | 'listCandidateEvents'
  | 'getDeletion'
  | 'putDeletion'
> => {
  const erasures = new Map<string, Erasure>();
  const deletions = new Map<number, CompanyDeletion>();
  const erased = new Set<number>();
  return {
    getErasure: async (companyId, id) => erasures.get(`${companyId}/${id}`),
    putErasure: async (erasure) => {
      const { companyId, candidateIds, revision } = erasure;
      const key = `${companyId}/${erasureIdOf(companyId, candidateIds[0]!)}`;
      if ((erasures.get(key)?.revision ?? 0) !== revision) return false;
      erasures.set(key, { ...erasure, revision: revision + 1 });
      return true;
    },
    getDeletion: async (companyId) => deletions.get(companyId),
    putDeletion: async (deletion) => {
      const { companyId, revision } = deletion;
      if ((deletions.get(companyId)?.revision ?? 0) !== revision) return false;
      deletions.set(companyId, { ...deletion, revision: revision + 1 });
      return true;
    },
    putTombstone: async (companyId, candidate) => {
      if (candidate === undefined) erased.add(companyId);
    },
    isCompanyErased: async (companyId) => erased.has(companyId),
    listCandidateEvents: async () => ({ events: [] }),
  };
};
