// Verifies AWS Signature Version 4: signs the request again, and compares.
import { createHash, timingSafeEqual } from 'node:crypto';
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** A request as it came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string[]>>;
  /** Lower-case names; all values in the order of their coming. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
}

export interface SignatureRules {
  readonly region: string;
  readonly service: string;
  /** Undefined for a key that does not exist. */
  readonly secretOf: (accessKeyId: string) => string | undefined;
  readonly now: () => Date;
}

/** Why a request is not accepted: the type and the message of AWS's answer. */
export interface SignatureRefusal {
  readonly type: string;
  readonly message: string;
}

export type SignatureCheck =
  | { readonly kind: 'refused'; readonly refusal: SignatureRefusal }
  | {
      readonly kind: 'claimed';
      readonly accessKeyId: string;
      /** What is wrong with the signature over this body, if anything is. */
      verify(body: Buffer): Promise<SignatureRefusal | undefined>;
    };

/** Milliseconds that the clocks of caller and service may be apart.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html */
const clockSkewMs = 5 * 60_000;

const authorizationForm = new RegExp(
  [
    /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/([^/,\s]+)\/aws4_request/,
    /SignedHeaders=([^,\s]+)/,
    /Signature=([0-9a-f]{64})$/,
  ]
    .map(({ source }) => source)
    .join(' *, *'),
);

interface Claim {
  readonly accessKeyId: string;
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Checks all that can be checked before the body is read. `undefined` for a request without a
 *  signature. Signatures in the query string, and the `date` header in place of `x-amz-date`,
 *  are not accepted here.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export const checkSignature = (
  request: SignedRequest,
  rules: SignatureRules,
): SignatureCheck | undefined => {
  const authorization = request.headers.get('authorization')?.join(',');
  if (authorization === undefined) return undefined;
  const claim = readClaim(authorization);
  const secret = claim && rules.secretOf(claim.accessKeyId);
  const amzDate = headerOf(request, 'x-amz-date');
  const signedAt = readAmzDate(amzDate);
  if (!claim) {
    const parameters = `'Credential', 'SignedHeaders' and 'Signature' parameters`;
    const message = `Authorization header requires AWS4-HMAC-SHA256 with ${parameters}.`;
    return refused('IncompleteSignatureException', message);
  }
  if (secret === undefined) {
    const message = 'The security token included in the request is invalid.';
    return refused('UnrecognizedClientException', message);
  }
  if (!signedAt) {
    const message = `Authorization header requires an 'X-Amz-Date' header like 20150830T123600Z.`;
    return refused('IncompleteSignatureException', message);
  }
  const fault = scopeFault(claim, rules, amzDate) ?? clockFault(signedAt, rules.now());
  if (fault !== undefined) return refused('InvalidSignatureException', fault);
  const missing = unsignedHeader(request, claim.signedHeaders);
  if (missing !== undefined) {
    const message = `'${missing}' must be a 'SignedHeader' in the AWS Authorization.`;
    return refused('InvalidSignatureException', message);
  }
  const verify = (body: Buffer) => compareSignature(request, claim, secret, signedAt, body);
  return { kind: 'claimed', accessKeyId: claim.accessKeyId, verify };
};

const refused = (type: string, message: string): SignatureCheck => ({
  kind: 'refused',
  refusal: { type, message },
});

const readClaim = (authorization: string): Claim | undefined => {
  const [, accessKeyId, date, region, service, names, signature] =
    authorizationForm.exec(authorization.trim()) ?? [];
  if (!accessKeyId || !date || !region || !service || !names || !signature) return undefined;
  return { accessKeyId, date, region, service, signedHeaders: names.split(';'), signature };
};

const headerOf = ({ headers }: SignedRequest, name: string): string =>
  headers.get(name)?.join(',') ?? '';

const readAmzDate = (text: string): Date | undefined => {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const date = new Date(iso);
  return iso === text || Number.isNaN(date.getTime()) ? undefined : date;
};

const scopeFault = (claim: Claim, rules: SignatureRules, amzDate: string): string | undefined => {
  if (claim.region !== rules.region) {
    return `Credential should be scoped to a valid region: '${rules.region}'.`;
  }
  if (claim.service !== rules.service) {
    return `Credential should be scoped to correct service: '${rules.service}'.`;
  }
  const date = amzDate.slice(0, 8);
  if (claim.date !== date) {
    return `Date in Credential scope does not match the request: '${claim.date}' != '${date}'.`;
  }
  return undefined;
};

const clockFault = (signedAt: Date, now: Date): string | undefined => {
  const aheadMs = signedAt.getTime() - now.getTime();
  if (Math.abs(aheadMs) <= clockSkewMs) return undefined;
  const edge = new Date(now.getTime() + Math.sign(aheadMs) * clockSkewMs);
  const [signed, last, here] = [signedAt, edge, now].map(amzDateOf);
  return aheadMs < 0
    ? `Signature expired: ${signed} is now earlier than ${last} (${here} - 5 min.)`
    : `Signature not yet current: ${signed} is still later than ${last} (${here} + 5 min.)`;
};

const amzDateOf = (date: Date): string => date.toISOString().replace(/[-:]|\.\d{3}/g, '');

/** `host` and every `x-amz-` header must be signed, or a proxy could change them. */
const unsignedHeader = (request: SignedRequest, signed: readonly string[]): string | undefined =>
  ['host', ...[...request.headers.keys()].filter((name) => name.startsWith('x-amz-'))].find(
    (name) => !signed.includes(name),
  );

const compareSignature = async (
  request: SignedRequest,
  claim: Claim,
  secretAccessKey: string,
  signedAt: Date,
  body: Buffer,
): Promise<SignatureRefusal | undefined> => {
  const statedHash = request.headers.get('x-amz-content-sha256')?.join(',');
  const isStatedRight = statedHash === undefined || statedHash === sha256Of(body);
  const expected = await signAgain(request, claim, secretAccessKey, signedAt, body);
  if (isStatedRight && timingSafeEqual(Buffer.from(expected), Buffer.from(claim.signature))) {
    return undefined;
  }
  return {
    type: 'InvalidSignatureException',
    message:
      'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. ' +
      'Consult the service documentation for details.',
  };
};

const sha256Of = (body: Buffer): string => createHash('sha256').update(body).digest('hex');

const signAgain = async (
  request: SignedRequest,
  { accessKeyId, region, service, signedHeaders }: Claim,
  secretAccessKey: string,
  signingDate: Date,
  body: Buffer,
): Promise<string> => {
  const signer = new SignatureV4({
    credentials: { accessKeyId, secretAccessKey },
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: request.path,
      query: request.query,
      headers: Object.fromEntries(signedHeaders.map((name) => [name, headerOf(request, name)])),
      body,
    },
    { signingDate, signableHeaders: new Set(signedHeaders) },
  );
  return /Signature=([0-9a-f]{64})$/.exec(signed.headers.authorization ?? '')?.[1] ?? '';
};
