// Why a callback got no answer that counts: from a socket's error to an error class and a sentence.
import type { ErrorClass } from '../../shared/outcome.ts';

type FailureClass = Exclude<ErrorClass, 'http'>;

/** How far a callback had come. */
export type Phase = 'resolving' | 'connecting' | 'securing' | 'sent' | 'answering';

/** Travels through Node's sockets as their error, and ends as an outcome. */
export class CallbackFailure extends Error {
  override readonly name = 'CallbackFailure';
  readonly errorClass: FailureClass;

  /** `reason`: a sentence for the customer, which names the host at most. */
  constructor(errorClass: FailureClass, reason: string) {
    super(reason);
    this.errorClass = errorClass;
  }
}

/**
 * What an error of a socket, of TLS or of the HTTP parser means. An error without a code is a fault
 * of ours, as is one of the look-up, which fails with a CallbackFailure otherwise: thrown again.
 */
export const failureOf = (
  error: unknown,
  phase: Phase,
  hasAnswerBegun: boolean,
): CallbackFailure => {
  if (error instanceof CallbackFailure) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined || phase === 'resolving') throw error;
  if (code.startsWith('HPE_')) return new CallbackFailure('protocol', parserSentence(code));
  if (phase === 'connecting') return new CallbackFailure('connect', connectSentence(code));
  if (phase === 'securing' || /^(ERR_SSL_|ERR_TLS_|EPROTO)/.test(code)) {
    return new CallbackFailure('tls', tlsSentence(code));
  }
  const moment = hasAnswerBegun ? 'in the middle of the answer' : 'before an answer came';
  return new CallbackFailure('protocol', `The connection was closed ${moment}.`);
};

/** The failure when the time to connect, or the whole time, is over. */
export const timeoutIn = (phase: Phase, timeoutMs: number): CallbackFailure => {
  const within = `within ${timeoutMs / 1000} s`;
  switch (phase) {
    case 'resolving':
      return new CallbackFailure('dns', `Its name could not be resolved ${within}.`);
    case 'connecting':
      return new CallbackFailure('timeout', `No connection could be made ${within}.`);
    case 'securing':
      return new CallbackFailure('timeout', `The TLS handshake did not end ${within}.`);
    case 'sent':
      return new CallbackFailure('timeout', `No answer came ${within}.`);
    case 'answering':
      return new CallbackFailure('timeout', `The answer did not end ${within}.`);
  }
};

/** https://nodejs.org/api/errors.html#hpe_header_overflow; the rest are llhttp's own. */
const parserSentence = (code: string): string =>
  code === 'HPE_HEADER_OVERFLOW'
    ? "The answer's headers are larger than 16 KiB."
    : `The answer is not HTTP/1.1 (${code}).`;

const connectSentence = (code: string): string => {
  if (code === 'ECONNREFUSED') return 'The connection was refused.';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'The host cannot be reached.';
  return `No connection could be made (${code}).`;
};

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const tlsSentences: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "The host's certificate has expired.",
  CERT_NOT_YET_VALID: "The host's certificate is not valid yet.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The host's certificate is for another name.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The host's certificate is signed by itself only.",
  SELF_SIGNED_CERT_IN_CHAIN: "The host's certificate is issued by an authority that is not public.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The host's certificate is issued by an unknown authority.",
  ECONNRESET: 'The host broke off the TLS handshake.',
  EPROTO: 'The host does not speak TLS, or no version of it that is safe.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The host does not send the whole chain of its certificate.',
};

const tlsSentence = (code: string): string =>
  tlsSentences[code] ?? `The TLS handshake failed (${code}).`;
