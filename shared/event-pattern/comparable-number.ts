// Numbers as AWS's engine compares them: as 64-bit floats, but only where that loses nothing.

/** The number that a JSON number's text stands for, so that 5, 5.0 and 5e0 are one. Undefined when
 *  a 64-bit float cannot hold it exactly as written (1e309, or more digits than about 17): the
 *  engine then compares the texts. https://github.com/aws/event-ruler/pull/188 */
export function comparableNumber(text: string): number | undefined {
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  // Up to 15 digits always survive: DBL_DIG of IEEE 754.
  if (text.length <= 15 && !/[eE]/.test(text)) return number;
  const written = decimalOf(text);
  const held = decimalOf(String(number));
  return written.digits === held.digits && written.exponent === held.exponent ? number : undefined;
}

/** Significant digits without zeros at either end, and the power of ten of the last one; the sign
 *  is left out. */
function decimalOf(text: string): { digits: string; exponent: number } {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + fraction;
  let start = 0;
  let end = digits.length;
  while (start < end && digits[start] === '0') start++;
  while (end > start && digits[end - 1] === '0') end--;
  if (start === end) return { digits: '', exponent: 0 };
  return {
    digits: digits.slice(start, end),
    exponent: Number(power) - fraction.length + (digits.length - end),
  };
}
