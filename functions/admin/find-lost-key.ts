// A key that JavaScript's objects do not take for one of their own: a schema would pass over it in silence.

const lostKey = '__proto__';

/** Whose keys are anybody's: the filter's own reader takes them all. */
const free: ReadonlySet<string> = new Set(['filter']);

/** Its path within a request's body, `headers.__proto__`. @param value nested no deeper than a body may be */
export const findLostKey = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (key === lostKey) return key;
    const found = free.has(key) ? undefined : findLostKey(inner);
    if (found !== undefined) return `${key}.${found}`;
  }
  return undefined;
};
