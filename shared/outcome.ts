// What an attempt met: a value, never an exception. `shared/delivery.ts` decides what follows from it.

/** Why an attempt brought no success, as the log and the API name it.
 *  `dns`: no address · `connect`: no connection · `tls`: no handshake, or one that cannot be trusted: the request was
 *  not sent · `http`: an answer other than 2xx · `protocol`: the request was sent, and what came is not HTTP, is cut
 *  off, or is nothing at all before the connection ended: the receiver may have taken it ·
 *  `blocked`: the address guard refused · `timeout`: 3 s to connect or 10 s in all were over. */
export type ErrorClass = 'dns' | 'connect' | 'tls' | 'timeout' | 'blocked' | 'http' | 'protocol';

/** What a receiver may ask for in its answer: this delivery ends (`rappel-delivery: abort`), or its
 *  subscription is switched off (`rappel-subscription: disable`, or status 410). */
export type ReceiverRequest = 'abort-delivery' | 'disable-subscription';

/** The head of an answer: what it says whatever becomes of its body. */
export interface AnswerHead {
  readonly status: number;
  readonly request?: ReceiverRequest;
}

export interface Answer extends AnswerHead {
  /** Milliseconds, only from a 429 or 503 whose `Retry-After` can be read; already within its limit. */
  readonly retryAfterMs?: number;
}

/** What came of the request itself. */
export type Met =
  | ({ readonly kind: 'accepted' } & Answer)
  | ({ readonly kind: 'refused'; readonly errorClass: 'http' } & Answer & {
        /** At most 16 KiB of decompressed text. */
        readonly bodyExcerpt: string;
        /** Only harmless ones: content-type, date, server, retry-after and the like. */
        readonly headers: Readonly<Record<string, string>>;
      })
  // With the head, where that of a success had arrived before the failure.
  | (Partial<AnswerHead> & {
      readonly kind: 'unreachable';
      readonly errorClass: Exclude<ErrorClass, 'http'>;
      /** A sentence of ours for the customer; never a raw error, never more of the URL than its host. */
      readonly reason: string;
    });

export type Outcome = Met & {
  readonly startedAt: Date;
  readonly durationMs: number;
  /** Milliseconds from the start to the first byte sent, when one was sent. */
  readonly sentAfterMs?: number;
  /** The address connected to, when there was a connection. */
  readonly peerAddress?: string;
};

/** In a word: an HTTP status, or an error class. */
export const metOf = (outcome: Outcome): string =>
  outcome.kind === 'unreachable' ? outcome.errorClass : String(outcome.status);

/** Whether the receiver asked for its subscription to be switched off. */
export const asksToDisable = (outcome: Outcome): boolean =>
  outcome.request === 'disable-subscription';

/** Whether the receiver refused this delivery for good. With a success there is nothing left to refuse. */
export const asksToAbort = (outcome: Outcome): boolean =>
  outcome.kind !== 'accepted' && outcome.request === 'abort-delivery';

/** The same answer, of a receiver that asks for nothing. */
export const askingNothing = (outcome: Outcome): Outcome => {
  const { request: _, ...rest } = outcome;
  return rest;
};
