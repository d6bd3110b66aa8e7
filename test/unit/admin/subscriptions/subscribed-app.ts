// An app in memory and subscriptions made through it, for tests of what then becomes of them.
import { expect } from 'vitest';
import { parseAllowList } from '../../../../shared/address-guard.ts';
import { createCheckedApp } from '../../../support/checked-app.ts';
import { createMemoryWorld } from '../../../support/memory-subscriptions.ts';
import { type AppAnswer, callApp } from '../call-app.ts';

export const collection = '/v1/companies/318/subscriptions';

let urls = 0;

export const createSubscribedApp = () => {
  const world = createMemoryWorld();
  const app = createCheckedApp({ ...world.deps, guardRules: parseAllowList('https://*:8443') });
  const call = (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<AppAnswer> => callApp(app, method, path, body, headers);
  return {
    world,
    call,
    subscribe: async (more: object = {}) => {
      urls += 1;
      const request = { url: `https://hooks.example.com/${urls}`, event_types: ['*'], ...more };
      const { json, status } = await call('POST', collection, request);
      expect(status).toBe(201);
      return { ...json, path: `${collection}/${json.id}` };
    },
    rowOf: (id: string) => [...world.rows.values()].find((row) => row.id === id)!,
  };
};
