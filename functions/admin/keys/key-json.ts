// Signing keys as the admin API takes and gives them.
import * as z from 'zod';
import { keyOverlapMsDefault, keyOverlapMsMax } from '../../../shared/limits.ts';
import type { ShownKey } from '../../../shared/signing-key.ts';

const publicKey = z.string().startsWith('whpk_');

/** A new key, in the answer to the request that made it. */
export const shownKeyJson = z.strictObject({
  secret: z
    .string()
    .startsWith('whsec_')
    .optional()
    .describe('Of the scheme v1: shown here, and never again.'),
  public_key: publicKey.optional().describe('Of the scheme v1a.'),
});

export const shownJson = (shown: ShownKey): z.output<typeof shownKeyJson> =>
  'secret' in shown ? { secret: shown.secret } : { public_key: shown.publicKey };

export const rotation = z.strictObject({
  overlap_seconds: z
    .int()
    .min(0)
    .max(keyOverlapMsMax / 1000)
    .default(keyOverlapMsDefault / 1000)
    .describe('How long older keys go on signing. 0, for a key that leaked, ends them at once.'),
});

/** A repeated answer has no secret once another has taken its place. */
export const rotatedJson = shownKeyJson.extend({
  previous_expires_at: z.iso.datetime().describe('The older keys sign until then.'),
});

export const keysJson = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        signature: z.enum(['v1', 'v1a']),
        public_key: publicKey.nullable().describe('What verifies v1a; null for v1.'),
        expires_at: z.iso
          .datetime()
          .nullable()
          .describe('It signs until then; null: until replaced.'),
      }),
    )
    .describe('Newest first. Each of them signs every callback.'),
});
