// One event onto the bus, as the ATS would put it.
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PartialFailureError } from '../../../shared/errors.ts';

/** @throws PartialFailureError where EventBridge did not take it */
export const putTestEvent = async (
  client: EventBridgeClient,
  { busName, source }: { readonly busName: string; readonly source: string },
  detailType: string,
  detail: object,
): Promise<void> => {
  const { Entries } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: busName,
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  if (Entries?.[0]?.EventId === undefined) {
    throw new PartialFailureError(`the bus did not take the test: ${Entries?.[0]?.ErrorCode}`);
  }
};
