// Resources that wait for each other: CloudFormation could create none of them first.

/** Gives the names that are in a circle or between two, empty when there is none. */
export const findCircle = (
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): readonly string[] => {
  const remaining = new Set(dependencies.keys());
  const dependsOnOne = (name: string) =>
    [...(dependencies.get(name) ?? [])].some((other) => remaining.has(other));
  const isNeededByOne = (name: string) =>
    [...remaining].some((other) => dependencies.get(other)?.has(name));

  let before: number;
  do {
    before = remaining.size;
    for (const name of remaining) if (!dependsOnOne(name)) remaining.delete(name);
  } while (remaining.size < before);
  // What only depends on a circle is not part of it.
  do {
    before = remaining.size;
    for (const name of remaining) if (!isNeededByOne(name)) remaining.delete(name);
  } while (remaining.size < before);
  return [...remaining];
};
