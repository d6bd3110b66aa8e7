// A question to the name servers that is asked again when it stays open: whichever asking is answered first, counts.
import { Resolver } from 'node:dns/promises';

/** Milliseconds to wait for an answer before asking again: a lost packet is no dead name. */
const againAfterMs = 800;

const askingsMax = 3;

/** Answers that the next asking would get too; and our own end. https://nodejs.org/api/dns.html#error-codes */
const finalCodes: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'ECANCELLED']);

/**
 * One for each asking, since c-ares drops the answer to what it asked before: a name server that always takes two
 * seconds would never be heard. Each begins with the next of the name servers.
 */
export const resolversFor = (
  nameServers: readonly string[] | undefined,
  timeoutMs: number,
): Resolver[] =>
  Array.from({ length: askingsMax }, (_, asking) => {
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    const servers = nameServers ?? resolver.getServers();
    const first = asking % Math.max(1, servers.length);
    resolver.setServers([...servers.slice(first), ...servers.slice(0, first)]);
    return resolver;
  });

/** Rejects once an answer is final, or no asking is left. A failure asks again at once. */
export const askAgain = (
  resolvers: readonly Resolver[],
  ask: (resolver: Resolver) => Promise<string[]>,
): Promise<string[]> =>
  new Promise((resolve, reject) => {
    const left = [...resolvers];
    let openAskings = 0;
    let next: NodeJS.Timeout | undefined;
    const askNext = (): void => {
      clearTimeout(next);
      const resolver = left.shift();
      if (resolver === undefined) return;
      openAskings += 1;
      if (left.length > 0) next = setTimeout(askNext, againAfterMs);
      ask(resolver).then(answered, failed);
    };
    const answered = (addresses: string[]): void => {
      clearTimeout(next);
      left.length = 0;
      resolve(addresses);
    };
    const failed = (error: NodeJS.ErrnoException): void => {
      openAskings -= 1;
      if (finalCodes.has(error.code ?? '')) left.length = 0;
      askNext();
      if (openAskings === 0 || finalCodes.has(error.code ?? '')) reject(error);
    };
    askNext();
  });
