// The ports that a stack opens to callbacks beside 443, checked at synthesis. Ports only: nothing here can open an address.

/** The functions' allow-list. Without ports it is empty. Throws a sentence on a port that is none, or needs no opening. */
export const callbackAllowListOf = (ports: readonly number[] = []): string => {
  for (const [index, port] of ports.entries()) {
    const problem = problemOf(port, ports.indexOf(port) < index);
    if (problem !== undefined)
      throw new RangeError(`callbackPorts[${index}] is ${port}; ${problem}`);
  }
  return ports.map((port) => `https://*:${port}`).join(',');
};

const portMax = 65_535;

const problemOf = (port: number, isRepeated: boolean): string | undefined => {
  if (!Number.isInteger(port) || port < 1 || port > portMax) {
    return `a port is a whole number from 1 to ${portMax}`;
  }
  if (port === 443) return 'that port is always open: leave it out';
  return isRepeated ? 'it is there twice: leave one out' : undefined;
};
