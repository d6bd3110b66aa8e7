// Ends a worker at one of the calls that it makes: before the call took effect, or after it.

/** A call is named by its port and how often that was called before: `before putJob 2`. */
export type IsCut = (place: string) => boolean;

/** What is no call of a table or a queue. */
const plain = ['now', 'log', 'remainingMs', 'logCursorOf'];

export interface Cut<Ports> {
  /** Their calls throw where they are cut. */
  readonly ports: Ports;
  /** Every place that was passed: where a next run may be cut. */
  readonly places: Set<string>;
}

export const cutCalls = <Ports extends object>(ports: Ports, isCut: IsCut): Cut<Ports> => {
  const counts = new Map<string, number>();
  const places = new Set<string>();
  const passes = (place: string): void => {
    places.add(place);
    if (isCut(place)) throw new Error('cut');
  };
  const around =
    (name: string, port: (...args: unknown[]) => unknown) =>
    async (...args: unknown[]) => {
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      passes(`before ${name} ${count}`);
      const result = await port(...args);
      passes(`after ${name} ${count}`);
      return result;
    };
  const cutting = Object.entries(ports).map(([name, port]) => [
    name,
    plain.includes(name) ? port : around(name, port),
  ]);
  return { ports: Object.fromEntries(cutting) as Ports, places };
};

/** Some runs at a time: hundreds at once would only wait for each other. */
const runsAtOnce = 8;

export const runEach = async <Run>(
  cuts: readonly string[],
  run: (cut: string) => Promise<Run>,
): Promise<Run[]> => {
  const runs: Run[] = [];
  for (let from = 0; from < cuts.length; from += runsAtOnce) {
    runs.push(...(await Promise.all(cuts.slice(from, from + runsAtOnce).map(run))));
  }
  return runs;
};
