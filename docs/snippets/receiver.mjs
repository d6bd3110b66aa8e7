// A complete receiver: verifies, stores once, answers. Node 18 or later, no package needed.
import { createServer } from 'node:http';
import { isAuthentic } from './verify-webhook.mjs';

const bodyBytesMax = 1024 * 1024;

/**
 * @param {string} secret `whsec_…`, from your settings
 * @param {(event: object) => Promise<void>} store keeps the event unless its id is known; a worker of yours does the rest
 */
export const createReceiver = (secret, store) =>
  createServer(async (request, response) => {
    const answer = (status) => response.writeHead(status).end();
    try {
      const rawBody = await readBody(request);
      if (!isAuthentic(secret, request.headers, rawBody)) return answer(401);
      await store(JSON.parse(rawBody.toString()));
      answer(204);
    } catch (error) {
      // Not stored, so not a success: the event will come again.
      console.error(error);
      answer(500);
    }
  });

/** The bytes as they came. Too many end the connection. */
const readBody = async (request) => {
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyBytesMax) throw new RangeError('the body is larger than 1 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts);
};
