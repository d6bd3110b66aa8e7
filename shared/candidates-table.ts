// The events of a candidate: rows of the events table, key (company#candidate#id, event), one for each id it is known by.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { type CandidateId, candidateIdsOf, otherIdsOf } from './candidate-ids.ts';
import type { AtsEvent } from './event.ts';
import { payloadDaysMax } from './limits.ts';
import { expirySeconds, fromItem, type Item, toItem } from './row.ts';

interface CandidateRow {
  readonly sk: string;
  /** Ids of the same person. */
  readonly other_ids?: readonly CandidateId[];
}

/** Of one event of a candidate. */
export interface CandidateEvent {
  readonly eventId: string;
  /** Other ids of the same candidate, as this event has them. */
  readonly otherIds: readonly CandidateId[];
}

export interface CandidateEventPage {
  readonly events: readonly CandidateEvent[];
  readonly next?: Item;
}

const candidateKey = (companyId: number, id: CandidateId, eventId: string) => ({
  pk: `${companyId}#candidate#${id}`,
  sk: eventId,
});

/**
 * To be written before the event itself: so no payload is ever stored that its candidate does not lead to. A row may
 * lead to nothing, or to another candidate's event where an id was used twice. Kept as long as any payload.
 */
export const putCandidates = async (
  client: DynamoDBClient,
  table: string,
  event: AtsEvent,
  now: Date,
): Promise<void> => {
  const pair = otherIdsOf(event);
  await Promise.all(
    candidateIdsOf(event).map((id) => {
      const otherIds = pair.includes(id) ? pair.filter((other) => other !== id) : [];
      return client.send(
        new PutItemCommand({
          TableName: table,
          Item: toItem({
            ...candidateKey(event.companyId, id, event.id),
            ...(otherIds.length > 0 && { other_ids: otherIds }),
            expires_at: expirySeconds(now, payloadDaysMax),
          }),
        }),
      );
    }),
  );
};

/** Strongly consistent; in the order of the events' ids. */
export const listCandidateEvents = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  id: CandidateId,
  { limit, start }: { limit: number; start?: Item },
): Promise<CandidateEventPage> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: toItem({ ':pk': candidateKey(companyId, id, '').pk }),
      Limit: limit,
      ExclusiveStartKey: start,
    }),
  );
  const events = Items.map((item) => {
    const { sk, other_ids: otherIds = [] } = fromItem<CandidateRow>(item);
    return { eventId: sk, otherIds };
  });
  return { events, ...(LastEvaluatedKey && { next: LastEvaluatedKey }) };
};

export const deleteCandidateEvent = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  id: CandidateId,
  eventId: string,
): Promise<void> => {
  const Key = toItem(candidateKey(companyId, id, eventId));
  await client.send(new DeleteItemCommand({ TableName: table, Key }));
};
