// Everything under `/v1/operations`: for those who run Rappel, of all companies.
import * as z from 'zod';
import { defineRoute, type Route } from '../route.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';
import { type FailingDeps, failingRoutes } from './failing-routes.ts';
import { type StopDeps, stopRoutes } from './stop-routes.ts';
import { type UnroutedDeps, unroutedRoutes } from './unrouted-routes.ts';

export interface VersionDeps {
  /** As package.json says it at deploy. */
  readonly version: string;
}

export type OperationsDeps = UnroutedDeps & FailingDeps & StopDeps & VersionDeps;

export const operationsRoutes: readonly Route<OperationsDeps>[] = [
  ...deadLetterRoutes,
  ...unroutedRoutes,
  ...failingRoutes,
  ...stopRoutes,
  defineRoute({
    method: 'GET',
    path: '/v1/operations/version',
    id: 'getVersion',
    tag: 'Operations',
    summary: 'The version of Rappel that is deployed',
    params: z.object({}),
    answers: {
      200: {
        description: 'As package.json named it.',
        schema: z.strictObject({ version: z.string() }),
      },
    },
    handle: async ({ version }: VersionDeps) => ({ status: 200, body: { version } }),
  }),
];
