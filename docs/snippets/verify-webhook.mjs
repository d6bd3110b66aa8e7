// Checks that a webhook comes from your ATS. Node 18 or later, no package needed.
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds by which the sender's clock may differ from yours. */
const toleranceSeconds = 5 * 60;

/**
 * @param {string} secret the whole text that you were shown, from `whsec_` on
 * @param {import('node:http').IncomingHttpHeaders} headers names in lower case, as Node gives them
 * @param {Uint8Array} rawBody the bytes as they came, before any JSON parser
 * @returns {boolean}
 */
export const isAuthentic = (secret, headers, rawBody) => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const signatures = headers['webhook-signature'] ?? '';

  if (!/^[0-9]{1,15}$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > toleranceSeconds) return false;

  const expected = createHmac('sha256', keyOf(secret))
    .update(`${id}.${timestamp}.`)
    .update(rawBody)
    .digest('base64');
  return signatures.split(' ').some((signature) => isEqual(signature, `v1,${expected}`));
};

/** An empty key would let anybody sign: a secret that was not set must not go unnoticed. */
const keyOf = (secret) => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  if (!secret.startsWith('whsec_') || key.length < 24) {
    throw new TypeError('the webhook secret must be the whole text, from "whsec_" on');
  }
  return key;
};

/** In a time that does not tell how much of a forged signature is right. */
const isEqual = (a, b) => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
