// Sends ten callbacks at once to a hostile receiver, and prints by how much this process grew.
import { openCallbackSockets } from '../../../functions/deliver/callback-sockets.ts';
import { sendCallback } from '../../../functions/deliver/send-callback.ts';
import { parseAllowList } from '../../../shared/address-guard.ts';

const [harmlessUrl = '', hostileUrl = ''] = process.argv.slice(2);

const deps = {
  rules: parseAllowList('http://127.0.0.1:*'),
  sockets: openCallbackSockets(),
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
    outcomes: outcomes.map(({ kind }) => kind),
  }),
);
