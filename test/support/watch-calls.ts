// What a client asks DynamoDB, and how much comes back: for tests of what a step costs.
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface WatchedCall {
  /** Such as `QueryCommand`. */
  readonly command: string;
  /** Rows that a query looked at, whatever its filter left. */
  readonly scanned: number;
  /** Characters of the answer's rows. */
  readonly characters: number;
}

/** The calls made while `act` runs, in order. */
export const watchCalls = async (
  client: DynamoDBClient,
  act: () => Promise<unknown>,
): Promise<WatchedCall[]> => {
  const calls: WatchedCall[] = [];
  const name = 'watch-calls';
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args);
        const { Items = [], ScannedCount = 0 } = result.output as {
          Items?: unknown[];
          ScannedCount?: number;
        };
        const characters = JSON.stringify(Items).length;
        calls.push({ command: commandName, scanned: ScannedCount, characters });
        return result;
      },
    { step: 'initialize', name },
  );
  try {
    await act();
    return calls;
  } finally {
    client.middlewareStack.remove(name);
  }
};
