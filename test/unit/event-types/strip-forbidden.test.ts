// A member's token never leaves, wherever it is.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCallback } from '../../../shared/event-types/samples.ts';
import { findForbidden, stripForbidden } from '../../../shared/event-types/strip-forbidden.ts';

const token = 'a'.repeat(64);

/** Without `-0`, which JSON cannot say. */
const anyJson = fc.jsonValue({ maxDepth: 5 }).map((value) => JSON.parse(JSON.stringify(value)));

describe('a forbidden field', () => {
  it.each([
    [
      'where the REST API has it',
      { member: { user: { token_vyte: token } } },
      'member.user.token_vyte',
    ],
    ['in a list', { users: [{}, { token_vyte: token }] }, 'users.1.token_vyte'],
    ['in another spelling', { user: { tokenVyte: token } }, 'user.tokenVyte'],
    ['when it is null', { token_vyte: null }, 'token_vyte'],
  ])('is found %s', (_, data, path) => {
    expect(findForbidden(data)).toEqual([path]);
  });

  it('is taken out, and nothing else', () => {
    const { data } = sampleCallback('member.added');
    const withToken = structuredClone(data) as { member: { user: Record<string, unknown> } };
    withToken.member.user.token_vyte = token;

    expect(stripForbidden(withToken)).toEqual(data);
  });

  it('is found in any JSON data that holds it, and in no other', () => {
    fc.assert(
      fc.property(anyJson, fc.boolean(), (value, hidden) => {
        const data = { a: [value, hidden ? { token_vyte: token } : {}] };

        expect(findForbidden(data)).toEqual(hidden ? ['a.1.token_vyte'] : []);
        expect(stripForbidden(data)).toEqual({ a: [value, {}] });
      }),
    );
  });

  it('costs no copy where there is none', () => {
    const { data } = sampleCallback('member.added');

    expect(stripForbidden(data)).toBe(data);
  });
});
