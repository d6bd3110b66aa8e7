// The admin app with every answer held to its OpenAPI document.
import { createApp } from '../../functions/admin/app.ts';
import { openApiOf } from '../../functions/admin/openapi.ts';
import { type AdminDeps, adminRoutes } from '../../functions/admin/routes.ts';
import { createChecker } from './openapi-checker.ts';

let check: ReturnType<typeof createChecker> | undefined;

/** Its requests reject where an answer is not as the document says. */
export const createCheckedApp = (
  deps: AdminDeps,
): { request(path: string, init?: RequestInit): Promise<Response> } => {
  const app = createApp(deps, adminRoutes);
  check ??= createChecker(openApiOf(adminRoutes));
  return {
    request: async (path, init = {}) => {
      const response = await app.request(path, init, {
        caller: 'arn:aws:iam::000000000000:user/ats',
      });
      check!({
        method: init.method ?? 'GET',
        path: path.replace(/\?.*/, ''),
        status: response.status,
        contentType: response.headers.get('content-type'),
        etag: response.headers.get('etag'),
        body: await response.clone().text(),
      });
      return response;
    },
  };
};
