// Wildcards of IAM against a slow, obvious matcher, and where each kind's borders are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileAction,
  compileArn,
  compileResource,
  compileWildcard,
} from '../../../../infra/local/iam/match-wildcard.ts';

/** By definition: a star is nothing, or one character and a star again. */
const matchesSlowly = (pattern: string, text: string): boolean => {
  if (pattern === '') return text === '';
  const rest = pattern.slice(1);
  if (pattern[0] === '*') {
    return matchesSlowly(rest, text) || (text !== '' && matchesSlowly(pattern, text.slice(1)));
  }
  return (
    text !== '' &&
    (pattern[0] === '?' || pattern[0] === text[0]) &&
    matchesSlowly(rest, text.slice(1))
  );
};

const characters = (alphabet: string) =>
  fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });

describe('compileWildcard', () => {
  it('agrees with the definition for any pattern and text', () => {
    fc.assert(
      fc.property(characters('ab.*?\n'), characters('ab.\n'), (pattern, text) => {
        expect(compileWildcard(pattern)(text)).toBe(matchesSlowly(pattern, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes every other character literally', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, text) => {
        const literal = pattern.replace(/[*?]/g, '');

        expect(compileWildcard(literal)(text)).toBe(literal === text);
        expect(compileWildcard(`${literal}*`)(literal + text)).toBe(true);
      }),
    );
  });
});

describe('compileAction', () => {
  it('compares without regard to case', () => {
    fc.assert(
      fc.property(characters('aBc*?'), characters('AbC'), (pattern, text) => {
        const expected = matchesSlowly(pattern.toLowerCase(), text.toLowerCase());

        expect(compileAction(pattern)(text)).toBe(expected);
      }),
    );
  });
});

const queue = 'arn:aws:sqs:eu-west-3:000000000000:Rappel-deliveries';
const index = 'arn:aws:dynamodb:eu-west-3:000000000000:table/Rappel-Events/index/due';

describe('compileResource', () => {
  it.each([
    ['*', queue, true],
    [queue, queue, true],
    [queue, `${queue}-dead`, false],
    ['arn:aws:sqs:eu-west-3:000000000000:Rappel-*', queue, true],
    ['arn:aws:sqs:eu-west-3:000000000000:Rappel-deliverie?', queue, true],
    ['arn:aws:sqs:eu-west-3:000000000000:rappel-*', queue, false],
    ['arn:aws:sqs:*:*:Rappel-deliveries', queue, true],
    // At the end of a segment a star goes on over colons.
    ['arn:aws:sqs:*', queue, true],
    // Within a segment it does not, and neither does a question mark.
    ['arn:aws:sqs:eu*3:Rappel-deliveries', queue, false],
    ['arn:aws:sqs:eu-west-3?000000000000:Rappel-deliveries', queue, false],
    ['arn:aws:dynamodb:eu-west-3:000000000000:table/Rappel-Events', index, false],
    ['arn:aws:dynamodb:eu-west-3:000000000000:table/Rappel-Events/index/*', index, true],
  ])('%s for %s: %s', (pattern, arn, expected) => {
    expect(compileResource(pattern)(arn)).toBe(expected);
  });
});

const rule = 'arn:aws:events:eu-west-3:000000000000:rule/Rappel-events/Rappel-Rule';

describe('compileArn', () => {
  it.each([
    [rule, true],
    ['arn:aws:events:*:*:rule/Rappel-events/*', true],
    ['arn:aws:events:*:000000000000:*', true],
    // Each of the six segments stands for itself: no star reaches into the next.
    ['arn:aws:events:*:rule/Rappel-events/*', false],
    ['arn:aws:*:*:*:rule/Other/*', false],
  ])('%s: %s', (pattern, expected) => {
    expect(compileArn(pattern)(rule)).toBe(expected);
  });

  it('keeps the colons of the last segment', () => {
    const matches = compileArn('arn:aws:lambda:*:*:function:Rappel-*');

    expect(matches('arn:aws:lambda:eu-west-3:000000000000:function:Rappel-deliver')).toBe(true);
    expect(matches('arn:aws:lambda:eu-west-3:000000000000:Rappel-deliver')).toBe(false);
  });
});
