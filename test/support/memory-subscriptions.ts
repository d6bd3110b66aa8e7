// Admin's ports in memory, as the tables behave: conditional writes on one row, nothing across rows.
import type { AdminDeps } from '../../functions/admin/routes.ts';
import { parseAllowList } from '../../shared/address-guard.ts';
import type { AuditEntry } from '../../shared/audit-table.ts';
import type { Health } from '../../shared/health.ts';
import { slotOf } from '../../shared/identifiers.ts';
import type { SigningKeys, StoredKeys } from '../../shared/keys-table.ts';
import { idempotencyDays, subscriptionsPerCompanyMax } from '../../shared/limits.ts';
import type { LogLine } from '../../shared/log.ts';
import type { RequestBeginning, RequestName, RequestState } from '../../shared/requests-table.ts';
import { makeKey } from '../../shared/signing-key.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { UrlClaim } from '../../shared/url-claims-table.ts';
import { createMemoryJobs } from './memory-jobs.ts';
import { createMemoryLog } from './memory-log.ts';
import { createMemoryOperations } from './memory-operations.ts';
import { createMemoryPrivacy } from './memory-privacy.ts';

type Port = (...args: never[]) => Promise<unknown>;

export interface MemoryWorld {
  readonly deps: AdminDeps;
  /** Rows by `company/slot`, `company/hash` and `company/id`. */
  readonly rows: Map<string, Subscription>;
  readonly claims: Map<string, UrlClaim>;
  readonly keys: Map<string, StoredKeys>;
  readonly health: Map<string, Health>;
  readonly audit: Map<string, AuditEntry>;
  readonly lines: LogLine[];
  /** Milliseconds since 1970 of the world's clock. */
  clock: number;
}

/** `around` sees every call of a table: to order calls, or to break them. */
export const createMemoryWorld = (
  around: <Call extends Port>(name: string, call: Call) => Call = (_, call) => call,
): MemoryWorld => {
  const rows = new Map<string, Subscription>();
  const claims = new Map<string, UrlClaim>();
  const keys = new Map<string, StoredKeys>();
  const health = new Map<string, Health>();
  const audit = new Map<string, AuditEntry>();
  const requests = new Map<
    string,
    RequestBeginning & Pick<RequestState & { kind: 'known' }, 'reference'>
  >();
  const lines: LogLine[] = [];
  let randoms = 0;

  const slotKey = (companyId: number, id: string) => `${companyId}/${slotOf(id)}`;
  const living = (companyId: number, id: string): Subscription | undefined => {
    const row = rows.get(slotKey(companyId, id));
    return row?.id === id && row.deletedAt === undefined ? row : undefined;
  };

  const ports = {
    listSubscriptions: async (companyId: number) =>
      [...rows.values()].filter((row) => row.companyId === companyId),
    getSubscription: async (companyId: number, id: string) => living(companyId, id),
    putSubscription: async (subscription: Subscription) => {
      const key = slotKey(subscription.companyId, subscription.id);
      const row = rows.get(key);
      if (row && row.deletedAt === undefined && row.id !== subscription.id) return false;
      rows.set(key, subscription);
      return true;
    },
    replaceSubscription: async (subscription: Subscription) => {
      const row = living(subscription.companyId, subscription.id);
      if (row?.revision !== subscription.revision - 1) return false;
      rows.set(slotKey(subscription.companyId, subscription.id), subscription);
      return true;
    },
    putAuditEntry: async (entry: AuditEntry) => {
      const { companyId, subscriptionId, at, token } = entry;
      audit.set(`${companyId}/${subscriptionId}/${at.toISOString()}#${token}`, entry);
    },
    listAuditEntries: async (
      companyId: number,
      subscriptionId: string,
      { limit, after = '~' }: { limit: number; after?: string },
    ) => {
      const prefix = `${companyId}/${subscriptionId}/`;
      const found = [...audit.keys()]
        .filter((key) => key.startsWith(prefix) && key < prefix + after)
        .toSorted()
        .toReversed();
      const shown = found.slice(0, limit);
      return {
        entries: shown.map((key) => audit.get(key)!),
        ...(shown.length < found.length && { readTo: shown.at(-1)!.slice(prefix.length) }),
      };
    },
    getHealth: async (companyId: number, id: string) => health.get(`${companyId}/${id}`),
    putHealth: async (next: Health) => {
      const key = `${next.companyId}/${next.subscriptionId}`;
      if ((health.get(key)?.revision ?? 0) !== next.revision) return false;
      health.set(key, { ...next, revision: next.revision + 1 });
      return true;
    },
    getUrlClaim: async (companyId: number, hash: string) => claims.get(`${companyId}/${hash}`),
    claimUrl: async (companyId: number, hash: string, claim: UrlClaim, instead?: UrlClaim) => {
      const holder = claims.get(`${companyId}/${hash}`);
      const isFree = holder === undefined || holder.subscriptionId === claim.subscriptionId;
      const isNamed =
        holder?.subscriptionId === instead?.subscriptionId &&
        holder?.claimedAt.getTime() === instead?.claimedAt.getTime();
      if (!isFree && !isNamed) return false;
      claims.set(`${companyId}/${hash}`, claim);
      return true;
    },
    releaseUrl: async (
      companyId: number,
      hash: string,
      { id, revision }: Pick<Subscription, 'id' | 'revision'>,
    ) => {
      const holder = claims.get(`${companyId}/${hash}`);
      if (holder?.subscriptionId !== id || holder.revision > revision) return false;
      return claims.delete(`${companyId}/${hash}`);
    },
    putSigningKeys: async (companyId: number, id: string, what: SigningKeys) => {
      keys.set(`${companyId}/${id}`, { ...what, revision: 1 });
    },
    getSigningKeys: async (companyId: number, id: string) => keys.get(`${companyId}/${id}`),
    replaceSigningKeys: async (companyId: number, id: string, what: StoredKeys) => {
      if (keys.get(`${companyId}/${id}`)?.revision !== what.revision) return false;
      keys.set(`${companyId}/${id}`, { ...what, revision: what.revision + 1 });
      return true;
    },
    deleteSigningKeys: async (companyId: number, id: string) => {
      keys.delete(`${companyId}/${id}`);
    },
    beginRequest: async (name: RequestName, beginning: RequestBeginning): Promise<RequestState> => {
      const key = `${name.scope}/${name.hash}`;
      const remembered = requests.get(key);
      const ageMs = beginning.now.getTime() - (remembered?.now.getTime() ?? 0);
      const known = ageMs < idempotencyDays * 86_400_000 ? remembered : undefined;
      const isCutOff =
        known?.requestHash === beginning.requestHash &&
        known.reference === undefined &&
        known.leasedUntil <= beginning.now;
      if (known !== undefined && !isCutOff) return { ...known, kind: 'known' };
      const seed = known?.seed ?? beginning.seed;
      requests.set(key, { ...beginning, seed });
      return { kind: 'begun', seed };
    },
    endRequest: async (name: RequestName, reference: Readonly<Record<string, string>>) => {
      const key = `${name.scope}/${name.hash}`;
      requests.set(key, { ...requests.get(key)!, reference });
    },
    forgetRequest: async (name: RequestName) => {
      requests.delete(`${name.scope}/${name.hash}`);
    },
    ...createMemoryJobs(),
    ...createMemoryPrivacy(),
  };
  const world: MemoryWorld = {
    deps: {
      ...(Object.fromEntries(
        Object.entries(ports).map(([name, port]) => [name, around(name, port)]),
      ) as typeof ports),
      ...createMemoryLog(),
      ...createMemoryOperations(),
      resolveName: async () => ({ kind: 'resolved', addresses: ['93.184.216.34'] }),
      guardRules: parseAllowList(''),
      subscriptionsMax: subscriptionsPerCompanyMax,
      now: () => new Date(world.clock),
      randomHex: (bytes) => (++randoms * 7919).toString(16).padStart(2 * bytes, '0'),
      makeKey: (scheme) => makeKey(scheme, (size) => new Uint8Array(size).fill(++randoms)),
      log: (line) => lines.push(line),
    },
    rows,
    claims,
    keys,
    health,
    audit,
    lines,
    clock: Date.parse('2026-10-12T08:00:00.000Z'),
  };
  return world;
};

/** The subscriptions that are not deleted. */
export const livingOf = (world: MemoryWorld): Subscription[] =>
  [...world.rows.values()].filter(({ deletedAt }) => deletedAt === undefined);
