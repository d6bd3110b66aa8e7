// One request and its answer over one socket, which is connected to an address that was judged.
import { type Agent, type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { isLoopbackAddress, isPublicAddress } from '../../shared/address-guard/public-address.ts';
import type { Reach } from '../../shared/address-guard.ts';
import type { AnswerHead, Met } from '../../shared/outcome.ts';
import { answerTo } from './answer-to.ts';
import { CallbackFailure, failureOf, type Phase, timeoutIn } from './callback-failure.ts';
import { judgedLookup } from './judged-lookup.ts';
import { headOf, readAnswer } from './read-answer.ts';

export interface Exchange {
  readonly url: URL;
  readonly reach: Reach;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly agent: Agent;
  readonly nameServers?: readonly string[];
  readonly connectMs: number;
  readonly totalMs: number;
  /** What is left of `totalMs`. */
  readonly leftMs: number;
}

export interface Exchanged {
  readonly met: Met;
  /** The socket had served another callback, and died before a byte of this one's answer. */
  readonly wasStale: boolean;
  readonly peerAddress?: string;
  /** On the clock of `performance.now()`. */
  readonly sentAt?: number;
}

/** What is known of an exchange on its way. */
interface Progress {
  phase: Phase;
  peerAddress?: string;
  sentAt?: number;
  head?: AnswerHead;
  socket?: Socket;
  /** What ended the connection before the answer was whole. */
  brokenBy?: Error;
  bytesReadBefore: number;
}

/** Bytes of an answer's headers. */
const headerBytesMax = 16 * 1024;

/** Rejects for faults of ours only. */
export const exchangeCallback = async (exchange: Exchange, now: () => Date): Promise<Exchanged> => {
  const isLiteral = isIP(hostnameOf(exchange.url)) !== 0;
  const progress: Progress = {
    phase: isLiteral ? 'connecting' : 'resolving',
    bytesReadBefore: 0,
  };
  const request = openRequest(exchange, progress);
  const deadlines = setDeadlines(request, exchange, progress);
  watchSocket(request, exchange, progress, deadlines.stopConnect);
  try {
    request.end(exchange.body);
    const response = await answerTo(request, (error) => {
      progress.brokenBy ??= error;
    });
    progress.phase = 'answering';
    progress.head = headOf(response);
    const met = await readAnswer(response, progress.head, now());
    // A failure is one from its status on. A success without a length is whole only where the other side ended it, not
    // a deadline or a reset. https://www.rfc-editor.org/rfc/rfc9112#section-8 It may end the connection without ending
    // TLS: many servers do, and of a body that is thrown away nothing is lost.
    if (met.kind === 'accepted' && progress.brokenBy !== undefined) throw progress.brokenBy;
    return { ...factsOf(progress), met, wasStale: false };
  } catch (error) {
    const { socket, bytesReadBefore, phase, head, brokenBy } = progress;
    const hasAnswerBegun = socket !== undefined && socket.bytesRead > bytesReadBefore;
    const failure = deadlines.expiry() ?? failureOf(brokenBy ?? error, phase, hasAnswerBegun);
    const { errorClass, message: reason } = failure;
    const wasStale = request.reusedSocket && errorClass === 'protocol' && !hasAnswerBegun;
    const met: Met = { kind: 'unreachable', errorClass, reason, ...head };
    return { ...factsOf(progress), met, wasStale };
  } finally {
    deadlines.stop();
    // A receiver may answer before it has read everything: such a socket is of no further use.
    if (!request.writableFinished) request.destroy();
  }
};

const factsOf = ({ peerAddress, sentAt }: Progress) => ({
  ...(peerAddress !== undefined && { peerAddress }),
  ...(sentAt !== undefined && { sentAt }),
});

/** Sockets take IPv6 without the brackets that URLs put around it. */
const hostnameOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

const openRequest = (exchange: Exchange, progress: Progress): ClientRequest => {
  const { url, reach, connectMs, nameServers } = exchange;
  const hostname = hostnameOf(url);
  const isSecure = url.protocol === 'https:';
  return (isSecure ? httpsRequest : httpRequest)({
    agent: exchange.agent,
    method: 'POST',
    host: hostname,
    port: url.port,
    path: url.pathname + url.search,
    headers: exchange.headers,
    maxHeaderSize: headerBytesMax,
    lookup: judgedLookup({ timeoutMs: connectMs, nameServers }, reach, () => {
      progress.phase = 'connecting';
    }),
    // Said, since Node would take it from a Host header. An address is no server name.
    ...(isSecure && { servername: isIP(hostname) === 0 ? hostname : '' }),
  });
};

/** Two deadlines: to be connected, and to be done. */
const setDeadlines = (
  request: ClientRequest,
  { connectMs, totalMs, leftMs }: Exchange,
  progress: Progress,
) => {
  let expiry: CallbackFailure | undefined;
  const expire = (timeoutMs: number): void => {
    expiry = timeoutIn(progress.phase, timeoutMs);
    request.destroy(expiry);
  };
  const connect = setTimeout(() => expire(connectMs), connectMs);
  const total = setTimeout(() => expire(totalMs), leftMs);
  return {
    /** Set once a deadline has passed: what else the request then says follows from that. */
    expiry: () => expiry,
    stopConnect: () => clearTimeout(connect),
    stop: () => {
      clearTimeout(connect);
      clearTimeout(total);
    },
  };
};

/** Follows the request's socket until it can carry the request. */
const watchSocket = (
  request: ClientRequest,
  { url, reach }: Exchange,
  progress: Progress,
  onReady: () => void,
): void => {
  const ready = (): void => {
    progress.phase = 'sent';
    progress.sentAt = performance.now();
    onReady();
  };
  const connected = (socket: Socket): void => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined) {
      request.destroy(new CallbackFailure('connect', 'The connection was closed at once.'));
      return;
    }
    progress.phase = 'securing';
    progress.peerAddress = remoteAddress;
    // A second look, for a socket that came about without our look-up: a literal in the URL.
    const isAllowed = reach === 'public' ? isPublicAddress : isLoopbackAddress;
    if (!isAllowed(remoteAddress)) {
      request.destroy(new CallbackFailure('blocked', `Its address is not ${reach}.`));
    } else if (request.reusedSocket || url.protocol === 'http:') {
      ready();
    }
  };
  request.once('socket', (socket) => {
    progress.socket = socket;
    progress.bytesReadBefore = socket.bytesRead;
    if (request.reusedSocket) return connected(socket);
    // Ahead of TLS, which would greet an address that was not judged. Answered with a reset, that greeting would also
    // take the address away before it is looked at.
    socket.prependOnceListener('connect', () => connected(socket));
    socket.once('secureConnect', ready);
  });
};
