// What a schema refuses, as whoever sent it reads it.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { sentenceOf } from '../../shared/sentence-of.ts';

const said = (schema: z.ZodType, value: unknown): string[] | undefined =>
  schema.safeParse(value, { error: sentenceOf }).error?.issues.map(({ message }) => message);

describe('a refusal', () => {
  it.each<[z.ZodType, unknown, string]>([
    [z.object({ a: z.string() }), {}, 'is missing'],
    [z.string(), null, 'must be a string'],
    [z.int(), 1.5, 'must be an integer'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.record(z.string(), z.string()), [], 'must be an object'],
    [z.enum(['thin', 'full']), 'fat', 'must be one of "thin", "full"'],
    [z.literal(true), false, 'must be true'],
    [z.object({ a: z.enum(['b', 'c']) }), {}, 'is missing'],
    [z.iso.datetime(), '1h', 'must be an instant, such as 2026-10-12T08:15:30Z'],
    [z.string().min(1), '', 'must have 1 characters at least'],
    [z.array(z.int()).max(2), [1, 2, 3], 'must have 2 items at most'],
    [z.number().max(100), 101, 'must be 100 at most'],
    [z.int().positive(), 0, 'must be more than 0'],
    [z.number().lt(1), 1, 'must be less than 1'],
    [z.strictObject({}), { b: 1, 'a\nb': 2 }, 'knows no "b", "a\\nb"'],
  ])('of %#', (schema, value, sentence) => {
    expect(said(schema, value)).toEqual([sentence]);
  });

  it('keeps the words that a schema has of its own', () => {
    expect(said(z.string('takes a folder'), 1)).toEqual(['takes a folder']);
  });

  it('that it has no words for is told in zod’s', () => {
    expect(said(z.string().regex(/^a$/), 'b')).toEqual([
      'Invalid string: must match pattern /^a$/',
    ]);
  });
});
