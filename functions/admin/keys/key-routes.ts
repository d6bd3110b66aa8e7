// A subscription's signing keys: replace the secret, read what callbacks are verified with.
import { signingAt } from '../../../shared/key-rotation.ts';
import { schemeOf, shownKey } from '../../../shared/signing-key.ts';
import { subscription } from '../parameters.ts';
import { notFound } from '../problem.ts';
import { type Answer, defineRoute, type Route } from '../route.ts';
import { keysJson, rotatedJson, rotation, shownJson } from './key-json.ts';
import { findRotated, type Rotated, type RotationDeps, rotateSecret } from './rotate-secret.ts';

const one = '/v1/companies/{company_id}/subscriptions/{id}';
const tag = 'Keys';

/** How a rotation names the key that it makes. */
const madeByOf = (seed: string): string => seed.slice(0, 32);

const rotatedAnswer = ({ shown }: Pick<Rotated, 'shown'>, previousExpiresAt: string): Answer => ({
  status: 200,
  body: { ...(shown && shownJson(shown)), previous_expires_at: previousExpiresAt },
  reference: { previous_expires_at: previousExpiresAt },
});

export const keyRoutes: readonly Route<RotationDeps>[] = [
  defineRoute({
    method: 'POST',
    path: `${one}/rotate-secret`,
    id: 'rotateSecret',
    tag,
    summary: 'Replace the signing key',
    description:
      'Callbacks are signed with the new key at once, and with the older ones too until they end.',
    params: subscription,
    body: rotation,
    answers: { 200: { description: 'The new key, shown here only.', schema: rotatedJson } },
    problems: ['/problems/not-possible-now'],
    handle: async (deps: RotationDeps, { params, body, seed, caller }) => {
      const rotated = await rotateSecret(deps, params.company_id, params.id, {
        overlapMs: body.overlap_seconds * 1000,
        madeBy: madeByOf(seed),
        caller,
      });
      return rotatedAnswer(rotated, rotated.previousExpiresAt.toISOString());
    },
    rebuild: async (deps, { params, seed }, reference) => {
      const found = await findRotated(deps, params.company_id, params.id, madeByOf(seed));
      return rotatedAnswer(found, reference.previous_expires_at!);
    },
  }),
  defineRoute({
    method: 'GET',
    path: `${one}/keys`,
    id: 'listKeys',
    tag,
    summary: 'The keys that sign callbacks now',
    description: 'Public keys can be read at any time; secrets and private keys never.',
    params: subscription,
    answers: { 200: { description: 'As they are now.', schema: keysJson } },
    handle: async (deps: RotationDeps, { params }) => {
      const stored =
        (await deps.getSubscription(params.company_id, params.id)) &&
        (await deps.getSigningKeys(params.company_id, params.id));
      if (stored === undefined) throw notFound('subscription');
      const keys = signingAt(stored.keys, deps.now()).map(({ secret, expiresAt }) => {
        const shown = shownKey(secret);
        return {
          signature: schemeOf(secret),
          public_key: 'publicKey' in shown ? shown.publicKey : null,
          expires_at: expiresAt?.toISOString() ?? null,
        };
      });
      return { status: 200, body: { keys } };
    },
  }),
];
