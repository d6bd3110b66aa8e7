// A door before DynamoDB that leaves keys of a BatchGetItem unread, as a throttled table does, and notes what was asked for.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** As on the wire. */
export type Requests = Record<
  string,
  { Keys: { pk: { S: string }; sk: { S: string } }[]; ConsistentRead: boolean }
>;

export interface UnreadDoor {
  readonly endpoint: string;
  /** Since the last reset. */
  readonly asked: Requests[];
  /** Between those. */
  pausesMs(): number[];
  /** By the key's `sk`, and the round, from 1. */
  isUnread: (sk: string, round: number) => boolean;
  reset(): void;
  close(): Promise<void>;
}

export const keysAsked = (requests: Requests): number =>
  Object.values(requests).reduce((sum, { Keys }) => sum + Keys.length, 0);

export const startUnreadDoor = async (dynamodb: string): Promise<UnreadDoor> => {
  /** By `performance.now()`. */
  const askedAt: number[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request)).toString();
    const { RequestItems } = JSON.parse(body) as { RequestItems: Requests };
    const round = door.asked.push(RequestItems);
    askedAt.push(performance.now());
    const left = partOf(RequestItems, (sk) => door.isUnread(sk, round));
    const read = partOf(RequestItems, (sk) => !door.isUnread(sk, round));
    const answer = Object.keys(read).length > 0 ? await readThrough(dynamodb, request, read) : {};
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify({ ...answer, UnprocessedKeys: left }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const door: UnreadDoor = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    pausesMs: () => askedAt.slice(1).map((at, index) => at - askedAt[index]!),
    isUnread: () => false,
    reset: () => {
      door.asked.length = 0;
      askedAt.length = 0;
      door.isUnread = () => false;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return door;
};

const partOf = (requests: Requests, belongs: (sk: string) => boolean): Requests =>
  Object.fromEntries(
    Object.entries(requests)
      .map(([table, { Keys, ...rest }]) => {
        return [table, { ...rest, Keys: Keys.filter(({ sk }) => belongs(sk.S)) }] as const;
      })
      .filter(([, { Keys }]) => Keys.length > 0),
  );

const readThrough = async (
  dynamodb: string,
  { headers }: IncomingMessage,
  RequestItems: Requests,
): Promise<object> => {
  const { authorization = '', 'x-amz-target': target, 'x-amz-date': date } = headers;
  const answer = await fetch(dynamodb, {
    method: 'POST',
    headers: {
      authorization,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': String(date),
      'x-amz-target': String(target),
    },
    body: JSON.stringify({ RequestItems }),
  });
  return (await answer.json()) as object;
};
