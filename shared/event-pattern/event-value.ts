// One value of an event, as all tests of its field see it: what several of them ask for is worked out once.
import { comparableNumber } from './comparable-number.ts';
import { hexOfIp } from './ip-range.ts';
import type { ScalarShape } from './json-shape.ts';
import { wellFormed } from './text-tests.ts';

export interface EventValue extends ScalarShape {
  formed: string | undefined;
  /** Null once it is known that there is none; so for the number. */
  hex: string | null | undefined;
  number: number | null | undefined;
}

export const eventValue = ({ kind, text }: ScalarShape): EventValue => ({
  kind,
  text,
  formed: undefined,
  hex: undefined,
  number: undefined,
});

/** A string without lone surrogates: see `wellFormed`. */
export function formedOf(value: EventValue): string {
  value.formed ??= wellFormed(value.text);
  return value.formed;
}

/** The digits of the IP address that a string is, if it is one. */
export function hexOf(value: EventValue): string | undefined {
  if (value.hex === undefined) value.hex = hexOfIp(value.text) ?? null;
  return value.hex ?? undefined;
}

/** The number, where it can be compared. */
export function numberOf(value: EventValue): number | undefined {
  if (value.number === undefined) value.number = comparableNumber(value.text) ?? null;
  return value.number ?? undefined;
}
