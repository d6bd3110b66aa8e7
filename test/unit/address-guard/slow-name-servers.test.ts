// Name servers that are slow, or dead beside one that lives: an answer counts if it comes within the time to connect.
import { expect, it, onTestFinished } from 'vitest';
import { resolveName } from '../../../shared/address-guard/resolve-name.ts';
import { connectTimeoutMs } from '../../../shared/limits.ts';
import { replyWith, startOddNameServer } from '../../fixtures/odd-name-server.ts';

const startNameServer = async (delayMs: number, isSilent = false) => {
  const asked = { A: 0, AAAA: 0 };
  const server = await startOddNameServer(
    (question) => {
      asked[question.family] += 1;
      const records = question.family === 'A' ? [{ type: 'A' as const, value: '8.8.8.8' }] : [];
      return isSilent ? undefined : replyWith(question, records);
    },
    { delayMs },
  );
  onTestFinished(() => server.close());
  return { address: server.address, asked };
};

const resolveBy = (...servers: { address: string }[]) =>
  resolveName(
    { nameServers: servers.map(({ address }) => address), timeoutMs: connectTimeoutMs },
    'hooks.test',
    'public',
  );

it.each([1_000, 1_700, 2_300])(
  'takes the answer of a name server that always needs %i ms',
  async (delayMs) => {
    const server = await startNameServer(delayMs);
    const startedAt = performance.now();

    const resolution = await resolveBy(server);

    expect(resolution).toEqual({ kind: 'resolved', addresses: ['8.8.8.8'] });
    expect(performance.now() - startedAt).toBeLessThan(connectTimeoutMs);
  },
);

it('asks three times at most', async () => {
  const server = await startNameServer(0, true);

  await resolveBy(server);

  expect(server.asked).toEqual({ A: 3, AAAA: 3 });
});

it('asks a name server that answers once, for each family', async () => {
  const server = await startNameServer(0);

  await resolveBy(server);

  expect(server.asked).toEqual({ A: 1, AAAA: 1 });
});

it('goes on to the next name server where the first is silent', async () => {
  const [dead, alive] = [await startNameServer(0, true), await startNameServer(0)];

  const resolution = await resolveBy(dead, alive);

  expect(resolution).toEqual({ kind: 'resolved', addresses: ['8.8.8.8'] });
  expect(alive.asked).toEqual({ A: 1, AAAA: 1 });
});
