// A change of a subscription's custom headers: merged name by name, and never carried to another host.
import {
  customHeaders,
  dropOtherHeaders,
  giveHeaders,
  type HeaderValues,
  headersSentTo,
  keepsHeaders,
} from '../../../shared/custom-headers.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { changeKeys, type KeysDeps } from '../keys/change-keys.ts';
import { fieldErrors, invalidRequest, notFound } from '../problem.ts';

export interface HeaderDeps extends KeysDeps {
  /** Undefined where there is none, or it is deleted. */
  getSubscription(companyId: number, id: string): Promise<Subscription | undefined>;
}

/** By name: a value, or null to take it back. Null for all of them. */
export type HeaderPatch = Readonly<Record<string, string | null>> | null | undefined;

type Told = Pick<Subscription, 'companyId' | 'id' | 'url'>;

/** What its row says of them; their values are with its keys. */
export const headerNamesAfter = (
  { url, headerNames = [] }: Pick<Subscription, 'url' | 'headerNames'>,
  newUrl: string,
  patch: HeaderPatch,
): readonly string[] | undefined => {
  const kept = keepsHeaders(url, newUrl) ? headerNames.map((name) => [name, ''] as const) : [];
  const names = Object.keys(merged(Object.fromEntries(kept), patch));
  return names.length === 0 ? undefined : names;
};

/**
 * Refuses what would be wrong of all headers together, before anything is written.
 * @throws ProblemError invalid-request · not-found
 */
export const refuseHeaders = async (
  deps: HeaderDeps,
  current: Told,
  next: Told,
  patch: HeaderPatch,
): Promise<void> => {
  if (patch === undefined || patch === null) return;
  const stored = await deps.getSigningKeys(current.companyId, current.id);
  if (stored === undefined) throw notFound('subscription');
  const kept = keepsHeaders(current.url, next.url)
    ? headersSentTo(current.url, stored.headers)
    : {};
  const { error } = customHeaders.safeParse(merged(kept, patch));
  if (error === undefined) return;
  throw invalidRequest(
    fieldErrors(error).map(({ path, message }) => ({
      path: path === '' ? 'headers' : `headers.${path}`,
      message,
    })),
  );
};

/**
 * To be called once the subscription is written: a request that is refused has changed no value. Values are set by
 * name, and go by not being listed any more: so it does not matter in which order two changes come to them.
 */
export const changeHeaders = async (
  deps: HeaderDeps,
  before: Told,
  { companyId, id, url }: Told,
  patch: HeaderPatch,
): Promise<void> => {
  const given = merged({}, patch);
  if (Object.keys(given).length > 0) {
    await changeKeys(deps, companyId, id, (keys) => {
      const values = { ...headersSentTo(url, keys.headers), ...given };
      return { ...keys, headers: giveHeaders(keys.headers, url, values) };
    });
  }
  if (patch !== undefined || !keepsHeaders(before.url, url)) await keepListed(deps, companyId, id);
};

/**
 * Forgets every value that the subscription does not list, as it is now, and those for another host. The
 * subscription is read after the keys, in each try: what a later change has put there, it has listed before.
 */
const keepListed = (deps: HeaderDeps, companyId: number, id: string): Promise<unknown> =>
  changeKeys(deps, companyId, id, async (keys) => {
    const current = await deps.getSubscription(companyId, id);
    if (current === undefined) return keys;
    const { url, headerNames = [] } = current;
    const listed = Object.entries(headersSentTo(url, keys.headers)).filter(([name]) =>
      headerNames.includes(name),
    );
    const headers = giveHeaders(undefined, url, Object.fromEntries(listed));
    return { ...keys, headers: dropOtherHeaders(headers, url) };
  });

const merged = (headers: HeaderValues, patch: HeaderPatch): HeaderValues => {
  if (patch === undefined) return headers;
  const given = Object.entries(patch ?? {});
  const kept = patch === null ? [] : Object.entries(headers);
  const all = new Map<string, string | null>([...kept, ...given]);
  return Object.fromEntries(
    [...all].filter((entry): entry is [string, string] => entry[1] !== null),
  );
};
