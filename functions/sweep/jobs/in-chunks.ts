// Many small steps, some at a time, in order: side by side they are quick, all at once they would be throttled.

const atOnce = 25;

export interface Chunked<Result> {
  /** Of the steps that succeeded. */
  readonly results: readonly Result[];
  /** What the first failing chunk failed by: the chunks behind it were not begun. */
  readonly fault?: unknown;
}

export const inChunks = async <Thing, Result>(
  things: readonly Thing[],
  step: (thing: Thing, index: number) => Promise<Result>,
): Promise<Chunked<Result>> => {
  const results: Result[] = [];
  for (let from = 0; from < things.length; from += atOnce) {
    const some = things.slice(from, from + atOnce);
    const settled = await Promise.allSettled(some.map((thing, n) => step(thing, from + n)));
    results.push(...settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) return { results, fault: failed.reason };
  }
  return { results };
};
