// What the pages promise beyond figures, held against the code that keeps it.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { docsFolder, readContract } from '../../docs/docs-folder.ts';
import { requestHeaders } from '../../docs/request-headers.ts';
import { createAttempts } from '../../functions/deliver/attempt.ts';
import { checkUrl, parseAllowList } from '../../shared/address-guard.ts';
import { compilePattern } from '../../shared/event-pattern.ts';
import { sampleBytes, sampleCallback } from '../../shared/event-types/samples.ts';
import { makeSigningSecret } from '../../shared/signing-key.ts';
import { receiveRequests } from '../fixtures/receivers.ts';
import { open } from '../unit/deliver/send-callback-setup.ts';

const { read } = docsFolder();

describe('the table of headers', () => {
  it('names every header of a callback that is not about the connection', async () => {
    let received: Record<string, unknown> = {};
    const receiver = await open(
      receiveRequests((request, response) => {
        received = request.headers;
        response.end();
      }),
    );
    const { attempt, closeSockets } = createAttempts('http://127.0.0.1:*', () => new Date());

    const callback = {
      delivery: { companyId: 318, eventId: 'evt_1', subscriptionId: 'sub_1' },
      url: `http://127.0.0.1:${receiver.port}/`,
      keys: { keys: [{ secret: makeSigningSecret((size) => new Uint8Array(size).fill(7)) }] },
      body: sampleBytes('candidate.moved'),
    };
    await attempt(callback, () => {});
    closeSockets();

    const aboutTheConnection = ['accept-encoding', 'connection', 'content-length', 'host'];
    expect(Object.keys(received).sort()).toEqual(
      [...requestHeaders.map(({ name }) => name), ...aboutTheConnection].sort(),
    );
    const fixed = requestHeaders.filter(({ name }) => /^(content-type|user-agent)$/.test(name));
    for (const { name, example } of fixed) expect(received[name]).toBe(example);
    expect(received['rappel-delivery-id']).toBe('del_1_evt_1');
  });
});

describe.each(['fr', 'en'])('the page for receivers, in %s', (language) => {
  const page = read(`${language}/receivers.md`);

  it('has an example that the official library signs in the same way', () => {
    const [, block = ''] = /```\n(secret[\s\S]*?)\n```/.exec(page) ?? [];
    const [secret, id, timestamp, body, signature] = block
      .split('\n')
      .map((line) => line.replace(/^\S+ ?: /, ''));

    const theirs = new Webhook(secret!).sign(id!, new Date(Number(timestamp) * 1000), body!);

    expect(signature).toBe(theirs);
  });
});

describe('the addresses that the page says are refused', () => {
  const rules = parseAllowList('');

  it.each([
    'http://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://user:password@hooks.example.com/',
    'https://hooks.example.com/#fragment',
    `https://hooks.example.com/${'x'.repeat(2_048)}`,
    'https://203.0.114.1/',
    'https://0x7f000001/',
    'https://[2a00:1450::1]/',
    'https://hooks/',
    'https://localhost/',
    'https://printer.local/',
    'https://hooks.internal/',
    'https://nas.lan/',
  ])('%s', (url) => {
    expect(checkUrl(url, rules).ok).toBe(false);
  });

  it('and no others of the usual kind', () => {
    expect(checkUrl('https://hooks.example.com/ats?tenant=1', rules).ok).toBe(true);
  });
});

describe('the filter that the page gives as an example', () => {
  it('takes events of listings that are online, and no others', () => {
    const [, example = ''] = /`(\{"data": \{"vacancy".*?\}\})`/.exec(read('fr/webhooks.md')) ?? [];
    const sample = sampleCallback('candidate.moved');
    const vacancy = sample.data.vacancy as object;
    const events = [true, false].map((published) => ({
      ...sample,
      data: { ...sample.data, vacancy: { ...vacancy, published } },
    }));

    const matches = compilePattern(example);

    expect(events.map((event) => matches(event))).toEqual([true, false]);
  });
});

describe('the clashes of ids that the page tells of', () => {
  const kinds = (type: string, path: string) => readContract()[`${type}@1`]?.[path]?.kinds;

  it('are those of the catalogue', () => {
    expect(kinds('candidate.moved', 'company_id')).toEqual(['integer']);
    expect(kinds('candidate.moved', 'data.vacancy.company_id')).toEqual(['string']);
    expect(kinds('candidate.created', 'data.applicant.id')).toEqual(['string']);
    expect(kinds('candidate.moved', 'data.applicant.id')).toEqual(['integer']);
  });
});
