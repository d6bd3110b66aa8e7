// The list of values that a pattern gives for one field: a field matches when one of them does.
import { comparableNumber } from './comparable-number.ts';
import { hexOfIp, type IpRange, isInIpRange } from './ip-range.ts';
import type { JsonNode } from './json-shape.ts';
import { type TextTest, wellFormed } from './text-tests.ts';

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
}

/** Refuses strings or numbers; whatever it cannot refuse, it accepts. */
export type AnythingBut =
  | { readonly refusesText: TextTest; readonly numbers?: undefined }
  | { readonly refusesText?: undefined; readonly numbers: ReadonlySet<number> };

export interface ValueList {
  /** The field in the event, its steps joined by dots: `detail.status`. */
  readonly field: string;
  readonly source: JsonNode;
  readonly acceptsAbsence: boolean;
  readonly cost: number;
  matches(kind: 'string' | 'number' | 'literal', text: string): boolean;
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
});

export function createValueList(field: string, source: JsonNode, tests: ValueTests): ValueList {
  const matchesByKind = {
    string: (text: string) => matchesString(tests, text),
    number: numberMatcher(tests),
    literal: (text: string) => tests.literals.has(text) || tests.anythingBut.length > 0,
  };
  return {
    field,
    source,
    acceptsAbsence: tests.acceptsAbsence,
    cost: tests.cost,
    matches: (kind, text) => tests.acceptsPresence || matchesByKind[kind](text),
  };
}

function matchesString(tests: ValueTests, text: string): boolean {
  if (tests.strings.has(text)) return true;
  if (tests.textTests.length > 0 || tests.anythingBut.length > 0) {
    const formed = wellFormed(text);
    if (tests.textTests.some((test) => test(formed))) return true;
    if (tests.anythingBut.some((but) => !but.refusesText?.(formed))) return true;
  }
  if (tests.ipRanges.length === 0) return false;
  const hex = hexOfIp(text);
  return hex !== undefined && tests.ipRanges.some((range) => isInIpRange(hex, range));
}

/** Compares by value where the list has numbers that can be compared, else by spelling. */
function numberMatcher(tests: ValueTests): (text: string) => boolean {
  const comparesNumbers =
    tests.numbers.size > 0 ||
    tests.numberTests.length > 0 ||
    tests.anythingBut.some((but) => but.numbers !== undefined);
  return (text) => {
    const number = comparesNumbers ? comparableNumber(text) : undefined;
    if (number === undefined) return tests.literals.has(text) || tests.anythingBut.length > 0;
    return (
      tests.numbers.has(number) ||
      tests.numberTests.some((test) => test(number)) ||
      tests.anythingBut.some((but) => !but.numbers?.has(number))
    );
  };
}
