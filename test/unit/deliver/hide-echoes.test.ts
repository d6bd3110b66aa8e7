// A failing receiver that prints the request's headers: their secret values are not kept.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideEchoes } from '../../../functions/deliver/hide-echoes.ts';
import type { Outcome } from '../../../shared/outcome.ts';

const refused = (bodyExcerpt: string, headers: Record<string, string> = {}): Outcome => ({
  kind: 'refused',
  errorClass: 'http',
  status: 500,
  bodyExcerpt,
  headers,
  startedAt: new Date('2026-11-24T09:00:00Z'),
  durationMs: 4,
});

const token = 'Bearer eyJhbGciOi.s3cr3t-part';

describe('an answer', () => {
  it.each([
    ['the value', `<pre>Authorization: ${token}</pre>`],
    ['the token alone', "{'token': 'eyJhbGciOi.s3cr3t-part'}"],
    ['the value percent-encoded', `?h=${encodeURIComponent(token)}`],
  ])('that repeats %s is kept without it', (_, body) => {
    const hidden = hideEchoes(refused(body, { server: body }), [token]);

    expect(JSON.stringify(hidden)).not.toContain('s3cr3t');
    expect(hidden).toMatchObject({ bodyExcerpt: expect.stringContaining('[hidden]') });
  });

  it('that repeats a value as JSON or as HTML is kept without it', () => {
    const value = 'a"quoted"<secret>&\'more\'\\';
    const html = 'a&quot;quoted&quot;&lt;secret&gt;&amp;&#39;more&#39;\\';

    const hidden = hideEchoes(refused(`${JSON.stringify({ value })} ${html}`), [value]);

    expect(hidden).toMatchObject({ bodyExcerpt: '{"value":"[hidden]"} [hidden]' });
  });

  it('that repeats the password of basic authentication is kept without it', () => {
    const basic = `Basic ${Buffer.from('ats:open sesame').toString('base64')}`;

    const hidden = hideEchoes(refused('PHP_AUTH_PW => open sesame'), [basic]);

    expect(hidden).toMatchObject({ bodyExcerpt: 'PHP_AUTH_PW => [hidden]' });
  });

  it('that ends within a value is kept without its beginning', () => {
    const hidden = hideEchoes(refused(`authorization: ${token.slice(0, 20)}`), [token]);

    expect(hidden).toMatchObject({ bodyExcerpt: 'authorization: [hidden]' });
  });

  const odd = 'Zm9vL2Jhcisv/YWJjZGVmZ2hp+a2tra2s/bGxsbGw=';

  it.each<[string, (text: string) => string]>([
    ['as PHP writes JSON', (text) => text.replaceAll('/', '\\/')],
    ['as .NET writes JSON', (text) => text.replaceAll('+', '\\u002B').replaceAll('/', '\\u002f')],
    [
      'in HTML’s numbers',
      (text) => text.replaceAll(/[/+=]/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
    ],
    ['in HTML’s names', (text) => text.replaceAll('/', '&sol;').replaceAll('+', '&plus;')],
    ['in small letters', (text) => text.toLowerCase()],
    ['in base64', (text) => Buffer.from(text).toString('base64')],
    ['in base64, within more', (text) => Buffer.from(`X-Token: ${text}!`).toString('base64')],
    ['escaped twice', (text) => encodeURIComponent(text.replaceAll('/', '\\/'))],
    ['in small letters, cut off', (text) => text.toLowerCase().slice(0, 20)],
    ['in HTML’s numbers, cut off in one', (text) => `${text.slice(0, 12).toLowerCase()}&#x2`],
    [
      'as .NET writes JSON, cut off in an escape',
      (text) => `${text.slice(0, 12).toLowerCase()}\\u00`,
    ],
  ])('that repeats a value %s is not kept', (_, spell) => {
    const hidden = hideEchoes(refused(`<pre>X-Token: ${spell(odd)}`), [odd]);

    expect(hidden).toMatchObject({ bodyExcerpt: expect.stringMatching(/^\[hidden: it repeats/) });
  });

  it('that repeats nothing is kept as it is', () => {
    const outcome = refused('Internal Server Error', { server: 'nginx' });

    expect(hideEchoes(outcome, [token, 'on', ''])).toEqual(outcome);
  });
});

it('hides every whole value of four characters or more, wherever it is and whatever it holds', () => {
  const values = fc.array(fc.stringMatching(/^[!-~]{4,40}$/), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(values, fc.string(), fc.string(), (secrets, before, after) => {
      const body = secrets.map((secret) => `${before}${secret}${after}`).join('\n');

      const outcome = hideEchoes(refused(body), secrets);

      const { bodyExcerpt } = outcome as { bodyExcerpt: string };
      // The mark itself may happen to hold a value, such as `hidd`.
      const left = bodyExcerpt.replaceAll('[hidden]', '\n');
      for (const secret of secrets) expect(left).not.toContain(secret);
    }),
  );
});
