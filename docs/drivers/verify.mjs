// Runs verify-webhook.mjs over deliveries from standard input: one a line, one verdict a line.
import { createInterface } from 'node:readline';
import { isAuthentic } from './verify-webhook.mjs';

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

for await (const line of createInterface({ input: process.stdin })) {
  const [secret, ...values] = line.split('\t');
  const body = Buffer.from(values.pop(), 'base64');
  const headers = Object.fromEntries(
    names.map((name, index) => [name, values[index]]).filter(([, value]) => value !== '-'),
  );
  try {
    console.log(isAuthentic(secret, headers, body) ? 'accepted' : 'refused');
  } catch {
    console.log('error');
  }
}
