// Values that overlap, or are pieces of the mark that hides them: hidden in one go, within the size of an excerpt.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hideEchoes } from '../../../functions/deliver/hide-echoes.ts';
import type { Outcome } from '../../../shared/outcome.ts';

const hide = (bodyExcerpt: string, secrets: string[], headers: Record<string, string> = {}) =>
  hideEchoes(
    {
      kind: 'refused',
      errorClass: 'http',
      status: 500,
      bodyExcerpt,
      headers,
      startedAt: new Date('2026-11-24T09:00:00Z'),
      durationMs: 4,
    },
    secrets,
  ) as Extract<Outcome, { kind: 'refused' }>;

it('does not look for values in the marks that hide others', () => {
  const pieces = ['aaaa', '[hid', 'dden', 'den]', 'hidd', 'hidden', '[hidden]', '[hidden'];

  expect(hide('value: aaaa, dden!', pieces).bodyExcerpt).toBe('value: [hidden], [hidden]!');
});

it('hides values that overlap, and values that touch, as one', () => {
  expect(hide('<abcdefgh12>', ['abcd', 'cdefgh12']).bodyExcerpt).toBe('<[hidden]>');
  expect(hide('<cdefgh12abcd>', ['abcd', 'cdefgh12']).bodyExcerpt).toBe('<[hidden]>');
});

it('cuts an excerpt again that its marks make longer, and a header', () => {
  const { bodyExcerpt, headers } = hide('aaaa é '.repeat(2_048), ['aaaa'], {
    server: 'aaaa '.repeat(51),
  });

  expect(Buffer.byteLength(bodyExcerpt)).toBeLessThanOrEqual(16 * 1024);
  expect(bodyExcerpt).toMatch(/^(\[hidden\] é )+/);
  expect(headers.server).toHaveLength(256);
});

it('never makes an excerpt larger than 16 KiB, whatever the values are', () => {
  const pieces = fc.array(fc.stringMatching(/^[[hiden\]a]{4,9}$/), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(pieces, fc.nat(9), (secrets, at) => {
      const text = `${secrets[at % secrets.length]}-`.repeat(4_096).slice(0, 16 * 1024);

      const { bodyExcerpt } = hide(text, secrets);

      expect(Buffer.byteLength(bodyExcerpt)).toBeLessThanOrEqual(16 * 1024);
    }),
  );
});

const value = 'Bearer s3cr3t-T0ken/ABCDEF';
const codes = (spell: (code: number) => string) =>
  [...value].map((sign) => spell(sign.charCodeAt(0))).join('');

it.each([
  ['in hexadecimal', Buffer.from(value).toString('hex')],
  ['in hexadecimal, within more', Buffer.from(`X-Token: ${value}!`).toString('hex').toUpperCase()],
  ['in HTML’s numbers with many noughts', codes((code) => `&#x00000${code.toString(16)};`)],
  ['in HTML’s decimal numbers with many noughts', codes((code) => `&#0000000${code};`)],
  ['in JavaScript’s numbers with many noughts', codes((code) => `\\u{000000${code.toString(16)}}`)],
  [
    'in numbers with many noughts, cut off in one',
    `${codes((code) => `&#x00000${code.toString(16)};`).slice(0, 120)}&#x0000000000`,
  ],
])('does not keep an answer that repeats a value %s', (_, spelt) => {
  expect(hide(`your header: ${spelt}`, [value]).bodyExcerpt).toMatch(/^\[hidden: it repeats/);
});
