// Sends ten callbacks at once to a hostile receiver, and prints by how much this process grew.
import { openCallbackSockets } from '../../../functions/deliver/callback-sockets.ts';
import { sendCallback } from '../../../functions/deliver/send-callback.ts';
import { parseAllowList } from '../../../shared/address-guard.ts';
import { testAuthority } from '../../fixtures/receivers.ts';

const [harmlessUrl = '', hostileUrl = '', nameServer = ''] = process.argv.slice(2);

const deps = {
  rules: parseAllowList(
    'http://127.0.0.1:*,https://localhost:*,http://harmless.receiver.test:*,http://dead.receiver.test:*',
  ),
  sockets: openCallbackSockets({ ca: testAuthority }),
  nameServers: [nameServer],
  now: () => new Date(),
};

const sendTen = (url: string) =>
  Promise.all(
    Array.from({ length: 10 }, () =>
      sendCallback(deps, { url, headers: {}, body: new Uint8Array() }),
    ),
  );

/** Code, parsers and pools that any ten callbacks need are not the hostile receiver's doing. */
for (let i = 0; i < 20; i += 1) await sendTen(harmlessUrl);
const kibBefore = process.resourceUsage().maxRSS;
const outcomes = await sendTen(hostileUrl);
deps.sockets.close();
process.stdout.write(
  JSON.stringify({
    grownMb: ((process.resourceUsage().maxRSS - kibBefore) * 1024) / 1_000_000,
    met: outcomes.map((met) => (met.kind === 'accepted' ? met.kind : met.errorClass)),
    longestMs: Math.max(...outcomes.map(({ durationMs }) => durationMs)),
  }),
);
