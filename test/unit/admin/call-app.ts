// Calls the admin app as its handler does, without one.
import type { createApp } from '../../../functions/admin/app.ts';

export interface AppAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the app answered
  readonly json: any;
}

/** A body that is a text is sent as it is, anything else as its JSON. */
export const callApp = async (
  app: Pick<ReturnType<typeof createApp>, 'request'>,
  method: string,
  path: string,
  body?: unknown,
): Promise<AppAnswer> => {
  const response = await app.request(path, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    text,
    json: text === '' ? undefined : JSON.parse(text),
  };
};
