// Holds a port of 127.0.0.1 until what is to listen there is ready: a busy one is known at once, and two starts
// at the same moment cannot both go on.
import { type AddressInfo, createServer } from 'node:net';
import { StartError } from './start-error.ts';

export interface ReservedPort {
  readonly port: number;
  /** The port is free again once this resolves. */
  release(): Promise<void>;
}

/** Port 0 takes a free one. @throws StartError that names the port, and the option that chooses another */
export const reservePort = (wanted: number, option?: string): Promise<ReservedPort> =>
  new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause) => reject(portError(wanted, cause, option)));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ port, release: () => new Promise((done) => void server.close(() => done())) });
    });
  });

/** What listening on 127.0.0.1 met, as a sentence. */
export const portError = (
  port: number,
  cause: NodeJS.ErrnoException,
  option?: string,
): StartError => {
  const other = option === undefined ? 'choose another' : `choose another with ${option}`;
  const sentence =
    cause.code === 'EADDRINUSE'
      ? `Port ${port} on 127.0.0.1 is busy: stop what listens there, or ${other}.`
      : `Port ${port} on 127.0.0.1 cannot be used (${cause.code}): ${other}.`;
  return new StartError(sentence, { cause });
};
