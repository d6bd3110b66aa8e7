// The head of an answer to a request, and what breaks an answer off: an error, or more bytes than any honest one has.
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { answerBytesMax } from '../../shared/limits.ts';
import { CallbackFailure } from './callback-failure.ts';

/** Interim answers (1xx) before the real one; more are a flood. */
const interimAnswersMax = 10;

/**
 * The answer's head; rejects with what breaks it off. What breaks it off later, before it is whole, `onBroken` is told:
 * Node ends a body without a length at the end of its connection, whatever ended that, as if it were whole.
 */
export const answerTo = (
  request: ClientRequest,
  onBroken: (error: Error) => void,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    let head: IncomingMessage | undefined;
    // The parser goes on to the end of the bytes that it has: what it finds there comes too late.
    const breakOff = (reason: string): void => {
      const failure = new CallbackFailure('protocol', reason);
      reject(failure);
      request.destroy(failure);
    };
    // Stays listened to, as it may come again later.
    request.on('error', (error) => {
      reject(error);
      if (!head?.complete) onBroken(error);
    });
    request.once('socket', (socket) =>
      countBytes(request, socket, () => breakOff('Its answer is endless.')),
    );
    let interimAnswers = 0;
    request.on('information', () => {
      interimAnswers += 1;
      if (interimAnswers !== interimAnswersMax + 1) return;
      breakOff('It sent interim answers without end.');
    });
    request.once('response', (response) => {
      head = response;
      // No class has such numbers. https://www.rfc-editor.org/rfc/rfc9110#section-15
      if ((response.statusCode ?? 0) < 100) breakOff('The answer is not HTTP/1.1 (its status).');
      resolve(response);
    });
    // Node ends a request that is answered with 101 without an error and without an answer.
    request.once('close', () =>
      reject(new CallbackFailure('protocol', 'It switched to a protocol that was not asked for.')),
    );
  });

/** Ahead of the parser, which takes empty lines, sizes of chunks and their extensions without end, and shows none. */
const countBytes = (request: ClientRequest, socket: Socket, onTooMany: () => void): void => {
  const bytesBefore = socket.bytesRead;
  const count = (): void => {
    if (socket.bytesRead - bytesBefore > answerBytesMax) onTooMany();
  };
  socket.prependListener('data', count);
  // The socket's next request counts anew.
  request.once('close', () => socket.off('data', count));
};
