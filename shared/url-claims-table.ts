// URLs in use, as rows of the subscriptions table: key (company, `url#` + hash). So that no URL is taken twice.
import { DeleteItemCommand, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { fromItem, getItem, succeeds, toItem } from './row.ts';
import type { Subscription } from './subscription.ts';

/** Which subscription has a URL. A claim whose subscription has another URL, or is none, is left over from a crash. */
export interface UrlClaim {
  readonly subscriptionId: string;
  readonly claimedAt: Date;
  /** The revision of the subscription that the claim was made for. */
  readonly revision: number;
}

const claimKey = (companyId: number, urlHash: string) => ({
  pk: String(companyId),
  sk: `url#${urlHash}`,
});

export const getUrlClaim = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
): Promise<UrlClaim | undefined> => {
  const item = await getItem(client, table, claimKey(companyId, urlHash));
  if (item === undefined) return undefined;
  const row = fromItem<{ subscription_id: string; claimed_at: string; revision: number }>(item);
  return {
    subscriptionId: row.subscription_id,
    claimedAt: new Date(row.claimed_at),
    revision: row.revision,
  };
};

/**
 * Takes a URL for a subscription: if nobody has it, or it has it already, or `instead` of the claim named, as long
 * as that one is not made anew.
 */
export const claimUrl = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
  claim: UrlClaim,
  instead?: UrlClaim,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item: toItem({
          ...claimKey(companyId, urlHash),
          subscription_id: claim.subscriptionId,
          claimed_at: claim.claimedAt.toISOString(),
          revision: claim.revision,
        }),
        ConditionExpression:
          'attribute_not_exists(pk) OR subscription_id = :mine OR ' +
          '(subscription_id = :instead AND claimed_at = :claimed)',
        ExpressionAttributeValues: toItem({
          ':mine': claim.subscriptionId,
          ':instead': (instead ?? claim).subscriptionId,
          ':claimed': (instead ?? claim).claimedAt.toISOString(),
        }),
      }),
    ),
  );

/**
 * Gives back a URL that a subscription no longer has at the revision named. A claim that it made for a later one
 * stays: then it has the URL again.
 */
export const releaseUrl = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
  urlHash: string,
  { id, revision }: Pick<Subscription, 'id' | 'revision'>,
): Promise<boolean> =>
  succeeds(() =>
    client.send(
      new DeleteItemCommand({
        TableName: table,
        Key: toItem(claimKey(companyId, urlHash)),
        ConditionExpression: 'subscription_id = :id AND revision <= :revision',
        ExpressionAttributeValues: toItem({ ':id': id, ':revision': revision }),
      }),
    ),
  );
