// An event onto the bus once more, as its publisher put it.
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { BusEvent } from './queue-letter.ts';

/** Without its old time: fan-out would count the days that it lay unrouted as ours. Its own timestamp is in its detail. */
export const putEventAgain = async (
  client: EventBridgeClient,
  busName: string,
  { source, type, resources, detail }: BusEvent,
): Promise<boolean> => {
  const { Entries } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: busName,
          Source: source,
          DetailType: type,
          Resources: [...resources],
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  return Entries?.[0]?.EventId !== undefined;
};
