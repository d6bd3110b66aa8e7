// The snippets of the receivers page, run in their own languages: over what deliver sends, and what others might.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pathInDocs } from '../../docs/docs-folder.ts';
import { findToolchain, runSnippet } from '../../docs/run-snippet.ts';
import { type JudgedDelivery, snippetDeliveries } from '../../docs/snippet-deliveries.ts';
import { snippetLanguages } from '../../docs/snippet-languages.ts';
import { createAttempts } from '../../functions/deliver/attempt.ts';
import { sampleBytes, sampleCallback } from '../../shared/event-types/samples.ts';
import { makeSigningSecret } from '../../shared/signing-key.ts';
import { receiveRequests } from '../fixtures/receivers.ts';
import { open } from '../unit/deliver/send-callback-setup.ts';

/** Compilers of some languages take their time on two busy cores. */
const patienceMs = 120_000;

const judgementsOf = (
  toolchain: Parameters<typeof runSnippet>[0],
  deliveries: readonly JudgedDelivery[],
): Record<string, string> => {
  const judgements = runSnippet(toolchain, deliveries);
  return Object.fromEntries(deliveries.map(({ name }, index) => [name, judgements[index]!]));
};

const expected = (deliveries: readonly JudgedDelivery[]): Record<string, string> =>
  Object.fromEntries(deliveries.map((delivery) => [delivery.name, delivery.expected]));

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** As deliver sends it, in the middle of a rotation, and as it reaches a receiver. */
const sentDelivery = async (): Promise<JudgedDelivery> => {
  const [secret, old] = [7, 8].map((byte) => makeSigningSecret((size) => Buffer.alloc(size, byte)));
  let received: JudgedDelivery | undefined;
  const receiver = await open(
    receiveRequests((request, response, body) => {
      const header = (name: string) => String(request.headers[name]);
      received = {
        name: 'takes what deliver has sent',
        expected: 'accepted',
        secret: secret!,
        id: header('webhook-id'),
        timestamp: header('webhook-timestamp'),
        signature: header('webhook-signature'),
        body,
      };
      response.end();
    }),
  );
  const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => new Date());
  const { id: eventId } = sampleCallback('candidate.moved');
  await attempt(
    {
      delivery: { companyId: 318, eventId, subscriptionId: 'sub_00000000000000000000000' },
      url: `http://127.0.0.1:${receiver.port}/`,
      keys: { keys: [{ secret: old! }, { secret: secret! }] },
      body: sampleBytes('candidate.moved'),
    },
    () => {},
  );
  closeSockets();
  return received!;
};

const languages = snippetLanguages.map((language) => ({
  ...language,
  installed: findToolchain(language),
}));

describe.each(languages)('the snippet in $name', ({ installed }) => {
  describe.runIf(installed)('where the language is installed', () => {
    it(
      'takes what is authentic, refuses what is not, and stops at a secret that is not whole',
      async () => {
        const deliveries = [await sentDelivery(), ...snippetDeliveries(nowSeconds())];

        const judgements = judgementsOf(installed!.toolchain, deliveries);

        expect(judgements).toEqual(expected(deliveries));
      },
      patienceMs,
    );
  });
});

describe('the deliveries', () => {
  const node = findToolchain(snippetLanguages.find(({ name }) => name === 'Node.js')!)!.toolchain;
  const source = readFileSync(pathInDocs('snippets/verify-webhook.mjs'), 'utf8');

  it.each([
    ['the time', /Math\.abs\(/, '0 * ('],
    ['the id', /\$\{id\}/, 'evt_01JA02VERLAINE000002'],
    ['the body', /\.update\(rawBody\)/, ''],
    ['more than the first signature', /\.split\(' '\)/, ".split(' ', 1)"],
    ['the version', /`v1,\$\{expected\}`/, 'signature.slice(0, 3) + expected'],
    ['the length of the secret', /key\.length < 24/, 'false'],
    ['the signature', /left\.length === right\.length &&/, 'left.length !== right.length ||'],
  ])('tell a snippet that leaves out %s', (_, line, instead) => {
    const deliveries = snippetDeliveries(nowSeconds());
    const text = source.replace(line, instead);
    const careless = { ...node, files: { ...node.files, 'verify-webhook.mjs': { text } } };

    const judgements = judgementsOf(careless, deliveries);

    expect(text).not.toBe(source);
    expect(judgements).not.toEqual(expected(deliveries));
  });
});
