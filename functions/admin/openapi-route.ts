// The document that describes every route, itself among them.
import * as z from 'zod';
import { openApiOf } from './openapi.ts';
import { defineRoute, type Route } from './route.ts';

export const openApiRoute = (allRoutes: () => readonly Route<never>[]): Route<unknown> => {
  let document: object | undefined;
  return defineRoute({
    method: 'GET',
    path: '/v1/openapi.json',
    id: 'getOpenApi',
    tag: 'About',
    summary: 'This document',
    params: z.object({}),
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        schema: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }),
      },
    },
    handle: async () => {
      document ??= openApiOf(allRoutes());
      return { status: 200, body: document };
    },
  });
};
