// Calls to the admin URL, signed as AWS wants them: what the ATS's back end does, and the command line.
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

export interface AdminCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of credentials that end, such as a role's. */
  readonly sessionToken?: string;
}

export interface AdminAnswer {
  readonly status: number;
  /** Parsed JSON; null where there was no body. Text where it is no JSON. */
  readonly body: unknown;
  readonly headers: Headers;
}

export type CallAdmin = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<AdminAnswer>;

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export const createAdminClient = (
  adminUrl: string,
  region: string,
  credentials: AdminCredentials,
): CallAdmin => {
  const signer = new SignatureV4({ credentials, region, service: 'lambda', sha256: Sha256 });
  return async (method, path, body, headers = {}) => {
    const url = new URL(path, adminUrl);
    const request = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      port: Number(url.port) || undefined,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: {
        ...headers,
        host: url.host,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const response = await fetch(url, {
      method,
      headers: request.headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json$/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      body: text === '' ? null : isJson ? JSON.parse(text) : text,
      headers: response.headers,
    };
  };
};
