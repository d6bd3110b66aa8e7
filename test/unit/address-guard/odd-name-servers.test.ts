// Replies of name servers that are long, led astray, forged or broken: no address comes through that was not judged.
import { expect, it, onTestFinished } from 'vitest';
import { resolveName } from '../../../shared/address-guard/resolve-name.ts';
import {
  type Question,
  type RecordOf,
  replyWith,
  startOddNameServer,
} from '../../fixtures/odd-name-server.ts';

const resolveWith = async (
  reply: (question: Question) => Buffer | undefined,
  timeoutMs = 2_000,
) => {
  const server = await startOddNameServer(reply);
  onTestFinished(() => server.close());
  return resolveName({ nameServers: [server.address], timeoutMs }, 'hooks.test', 'public');
};

/** Answers a question for IPv4 so, and one for IPv6 with nothing. */
const forIpv4 = (records: readonly RecordOf[], options?: { truncated: boolean }) => {
  return (question: Question): Buffer =>
    replyWith(question, question.family === 'A' ? records : [], options);
};

const cname = (value: string, name?: string): RecordOf => ({
  type: 'CNAME',
  value,
  ...(name !== undefined && { name }),
});

const address = (value: string, name?: string): RecordOf => ({
  type: value.includes(':') ? 'AAAA' : 'A',
  value,
  ...(name !== undefined && { name }),
});

it('follows a chain of names to its addresses', async () => {
  const chain = [cname('a.test'), cname('b.test', 'a.test'), address('8.8.8.8', 'b.test')];

  expect(await resolveWith(forIpv4(chain))).toEqual({ kind: 'resolved', addresses: ['8.8.8.8'] });
});

it.each([
  ['a private one', 'elsewhere.test', '10.0.0.1'],
  ['the metadata service', 'instance-data.internal', '169.254.169.254'],
])('judges the address at the end of a chain: %s', async (_, name, value) => {
  const chain = [cname(name), address(value, name)];

  expect(await resolveWith(forIpv4(chain))).toEqual({
    kind: 'blocked',
    reason: `hooks.test has the address ${value}, which is not public.`,
  });
});

it('minds the addresses of a chain, not its names: many a public one is named inside', async () => {
  const chain = [cname('lb.internal'), address('8.8.8.8', 'lb.internal')];

  expect(await resolveWith(forIpv4(chain))).toMatchObject({ kind: 'resolved' });
});

it.each([
  ['in a circle', [cname('b.test'), cname('hooks.test', 'b.test')]],
  ['to itself', [cname('hooks.test')]],
  ['to a name without an address', [cname('nothing.internal')]],
])('finds no address where a chain leads %s', async (_, records) => {
  const resolution = await resolveWith((question) => replyWith(question, records));

  expect(resolution.kind).toBe('unresolved');
});

const many = (count: number): RecordOf[] =>
  Array.from({ length: count }, (_, i) => address(`93.184.${i >> 8}.${i & 255}`));

it('asks over TCP where a reply over UDP is cut short', async () => {
  const asked: string[] = [];

  const resolution = await resolveWith((question) => {
    asked.push(`${question.family} over ${question.over}`);
    return forIpv4(many(2_000), { truncated: question.over === 'UDP' })(question);
  });

  expect(resolution).toMatchObject({ kind: 'resolved' });
  expect(asked.toSorted()).toEqual(['A over TCP', 'A over UDP', 'AAAA over TCP', 'AAAA over UDP']);
});

it('blocks a name with a private address behind two thousand public ones', async () => {
  const resolution = await resolveWith((question) =>
    forIpv4([...many(2_000), address('10.0.0.1')], { truncated: question.over === 'UDP' })(
      question,
    ),
  );

  expect(resolution).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('10.0.0.1'),
  });
});

it.each<[string, (question: Question) => Buffer | undefined]>([
  ['cut short over TCP as well', (question) => replyWith(question, [], { truncated: true })],
  [
    'cut short, and that does not come over TCP',
    (question) =>
      question.over === 'TCP' ? undefined : replyWith(question, [], { truncated: true }),
  ],
  [
    'for another question, by its number',
    (question) => {
      const reply = replyWith(question, [address('8.8.8.8')]);
      reply.writeUInt16BE(reply.readUInt16BE(0) ^ 0xffff, 0);
      return reply;
    },
  ],
  [
    'for another question, by its name',
    ({ query, ...question }) =>
      replyWith({ ...question, query: Buffer.from(query).fill('x', 13, 14) }, [address('8.8.8.8')]),
  ],
  [
    'of the other family',
    (question) =>
      replyWith(question, [address(question.family === 'A' ? '2606:4700::1' : '8.8.8.8')]),
  ],
  ['that breaks off', (question) => replyWith(question, [address('8.8.8.8')]).subarray(0, -2)],
  [
    'that counts more than it holds',
    (question) => {
      const reply = replyWith(question, [address('8.8.8.8')]);
      reply.writeUInt16BE(9, 6);
      return reply;
    },
  ],
  ['that is the question', ({ query }) => query],
  ['of one byte', () => Buffer.alloc(1)],
  ['of no byte', () => Buffer.alloc(0)],
])('takes no address from a reply %s', async (_, reply) => {
  const resolution = await resolveWith(reply, 500);

  expect(resolution.kind).toBe('unresolved');
});

it('judges what a reply says about other names too', async () => {
  const records = [address('8.8.8.8'), address('10.0.0.1', 'other.test')];

  const resolution = await resolveWith(forIpv4(records));

  expect(resolution).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('10.0.0.1'),
  });
});
