// Calls the admin app as its handler does, without one.
export interface AppAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly etag: string | null;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the app answered
  readonly json: any;
}

/** A body that is a text is sent as it is, anything else as its JSON. */
export const callApp = async (
  app: { request(path: string, init?: RequestInit): Response | Promise<Response> },
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<AppAnswer> => {
  const response = await app.request(path, {
    method,
    headers,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    etag: response.headers.get('etag'),
    text,
    json: text === '' ? undefined : JSON.parse(text),
  };
};
