// Entries of PutEvents and their envelopes.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkEntries, readEntry } from '../../../../infra/local/aws/event-entry.ts';

const deps = { region: 'eu-west-3', accountId: '123456789012', now: () => 1_790_000_000_000 };

it('puts any detail into an envelope that parses to the same, and keeps its text', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.string({ minLength: 1 }),
      fc.array(fc.string()),
      (detail, name, resources) => {
        const Detail = JSON.stringify(detail);

        const event = readEntry(deps, {
          Source: `x${name}`,
          DetailType: name,
          Detail,
          Resources: resources,
        });

        const text = 'text' in event ? event.text : '';
        expect(text.endsWith(`"detail":${Detail}}`)).toBe(true);
        expect(JSON.parse(text)).toMatchObject({
          source: `x${name}`,
          'detail-type': name,
          resources,
          detail: JSON.parse(Detail),
        });
      },
    ),
  );
});

it('gives the time of the entry in seconds, or of now', () => {
  const entry = { Source: 'ats', DetailType: 'moved', Detail: '{}' };

  expect(readEntry(deps, { ...entry, Time: 1_790_000_001.9 })).toMatchObject({
    text: expect.stringContaining('"time":"2026-09-21T14:13:21Z"'),
  });
  expect(readEntry(deps, entry)).toMatchObject({
    text: expect.stringContaining('"time":"2026-09-21T14:13:20Z"'),
  });
});

it('counts the size of a request as AWS does: 1 MB is taken, a byte more is not', () => {
  const withDetail = (bytes: number) => [
    { Source: 'ats', DetailType: 'é', Detail: 'x'.repeat(bytes), Resources: ['ab'], Time: 0 },
  ];
  const others = 3 + 2 + 2 + 14;

  expect(() => checkEntries(withDetail(1_048_576 - others))).not.toThrow();
  expect(() => checkEntries(withDetail(1_048_576 - others + 1))).toThrow('over the limit');
});
