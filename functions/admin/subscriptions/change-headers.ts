// A change of a subscription's custom headers: merged name by name, and never carried to another host.
import {
  customHeaders,
  giveHeaders,
  type HeaderValues,
  headersSentTo,
  keepsHeaders,
} from '../../../shared/custom-headers.ts';
import type { Subscription } from '../../../shared/subscription.ts';
import { changeKeys, type KeysDeps, putHeaders, tidyHeaders } from '../keys/change-keys.ts';
import { fieldErrors, invalidRequest, notFound } from '../problem.ts';

export type HeaderDeps = KeysDeps;

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
 * To be called before the subscription is written and after it. Those for another host come first: they reach that
 * host only. Those for the same host come last: a request that is refused at the last moment has changed none.
 */
export const changeHeaders = async (
  deps: HeaderDeps,
  before: Told,
  { companyId, id, url }: Told,
  patch: HeaderPatch,
  when: 'before' | 'after',
): Promise<void> => {
  const staysThere = keepsHeaders(before.url, url);
  if (!staysThere && when === 'before') {
    await putHeaders(deps, companyId, id, url, merged({}, patch));
  }
  if (when === 'before') return;
  if (staysThere && patch !== undefined) {
    await changeKeys(deps, companyId, id, (keys) => ({
      ...keys,
      headers: giveHeaders(keys.headers, url, merged(headersSentTo(url, keys.headers), patch)),
    }));
  }
  if (!staysThere || patch !== undefined) await tidyHeaders(deps, companyId, id, url);
};

const merged = (headers: HeaderValues, patch: HeaderPatch): HeaderValues => {
  if (patch === undefined) return headers;
  const given = Object.entries(patch ?? {});
  const kept = patch === null ? [] : Object.entries(headers);
  const all = new Map<string, string | null>([...kept, ...given]);
  return Object.fromEntries(
    [...all].filter((entry): entry is [string, string] => entry[1] !== null),
  );
};
