// The list of values that a pattern gives for one field: a field matches when one of them does.
import { type EventValue, formedOf, hexOf, numberOf } from './event-value.ts';
import { type IpRange, isInIpRange } from './ip-range.ts';
import type { JsonNode } from './json-shape.ts';
import type { TextTest } from './text-tests.ts';
import { charactersPerStep } from './work.ts';

/** What the values of one list ask for, gathered by kind. */
export interface ValueTests {
  /** `{"exists": true}`. */
  acceptsPresence: boolean;
  /** `{"exists": false}`. */
  acceptsAbsence: boolean;
  readonly strings: Set<string>;
  readonly textTests: TextTest[];
  readonly ipRanges: IpRange[];
  readonly numbers: Set<number>;
  readonly numberTests: ((number: number) => boolean)[];
  /** `true`, `false`, `null`, and numbers by their spelling. */
  readonly literals: Set<string>;
  readonly anythingBut: AnythingBut[];
  /** What testing one event value against the list costs: see `patternCost`. */
  cost: number;
  /** Tests that may read a string to its end. */
  searches: number;
  /** Characters that are compared one by one, in both cases. */
  casedCharacters: number;
}

/** Refuses strings or numbers; whatever it cannot refuse, it accepts. */
export type AnythingBut =
  | { readonly refusesText: TextTest; readonly steps?: number; readonly numbers?: undefined }
  | { readonly refusesText?: undefined; readonly steps?: 1; readonly numbers: ReadonlySet<number> };

export interface ValueList {
  /** The field in the event, its steps joined by dots: `detail.status`. */
  readonly field: string;
  readonly source: JsonNode;
  readonly acceptsAbsence: boolean;
  readonly cost: number;
  /** Steps that one value takes: see `Work`. For each of `searches`, its length comes on top. */
  readonly steps: number;
  readonly searches: number;
  matches(value: EventValue): boolean;
}

export const noTests = (): ValueTests => ({
  acceptsPresence: false,
  acceptsAbsence: false,
  strings: new Set(),
  textTests: [],
  ipRanges: [],
  numbers: new Set(),
  numberTests: [],
  literals: new Set(),
  anythingBut: [],
  cost: 0,
  searches: 0,
  casedCharacters: 0,
});

export function createValueList(field: string, source: JsonNode, tests: ValueTests): ValueList {
  const matchesByKind = {
    string: (value: EventValue) => matchesString(tests, value),
    number: numberMatcher(tests),
    literal: ({ text }: EventValue) => tests.literals.has(text) || tests.anythingBut.length > 0,
  };
  return {
    field,
    source,
    acceptsAbsence: tests.acceptsAbsence,
    cost: tests.cost,
    steps: stepsOf(tests),
    searches: tests.searches,
    matches: (value) => tests.acceptsPresence || matchesByKind[value.kind](value),
  };
}

/** Plain values are found at once, however many there are; the others are tried one after the other. */
const stepsOf = (tests: ValueTests): number =>
  1 +
  tests.textTests.length +
  tests.ipRanges.length +
  tests.numberTests.length +
  tests.anythingBut.reduce((sum, { steps = 1 }) => sum + steps, 0) +
  tests.casedCharacters / charactersPerStep;

function matchesString(tests: ValueTests, value: EventValue): boolean {
  if (tests.strings.has(value.text)) return true;
  if (tests.textTests.length > 0 || tests.anythingBut.length > 0) {
    const formed = formedOf(value);
    if (tests.textTests.some((test) => test(formed))) return true;
    if (tests.anythingBut.some((but) => !but.refusesText?.(formed))) return true;
  }
  if (tests.ipRanges.length === 0) return false;
  const hex = hexOf(value);
  return hex !== undefined && tests.ipRanges.some((range) => isInIpRange(hex, range));
}

/** Compares by value where the list has numbers that can be compared, else by spelling. */
function numberMatcher(tests: ValueTests): (value: EventValue) => boolean {
  const comparesNumbers =
    tests.numbers.size > 0 ||
    tests.numberTests.length > 0 ||
    tests.anythingBut.some((but) => but.numbers !== undefined);
  return (value) => {
    const number = comparesNumbers ? numberOf(value) : undefined;
    if (number === undefined) return tests.literals.has(value.text) || tests.anythingBut.length > 0;
    return (
      tests.numbers.has(number) ||
      tests.numberTests.some((test) => test(number)) ||
      tests.anythingBut.some((but) => !but.numbers?.has(number))
    );
  };
}
