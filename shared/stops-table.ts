// Emergency stops, in the subscriptions table: while one stands, every delivery it covers is held.
import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { auditDays } from './limits.ts';
import { expirySeconds, fromItem, getItem, hasExpired, succeeds, toItem } from './row.ts';

export interface Stop {
  /** Undefined: it stops everything. */
  readonly companyId?: number;
  readonly stoppedAt: Date;
  /** As IAM knows them. */
  readonly stoppedBy: string;
}

/** That somebody asked for a stop, or for its end. */
export interface StopChange {
  readonly action: 'stopped' | 'ended';
  readonly companyId?: number;
  readonly at: Date;
  readonly caller: string;
  /** Tells apart two changes of one instant; the same change put twice is one row. */
  readonly token: string;
}

export interface Paged {
  readonly limit: number;
  /** `readTo` of the page before. */
  readonly after?: string;
}

/** No company's key: those are numbers. */
const controlPartition = 'control';

const stopSortKey = 'stop';

/**
 * The stop of everything, or of one company, which stands among that company's own rows: each batch of deliveries
 * reads both, and all companies' under one key would share what one key can give. That of everything does: at 3,000
 * reads a second, one for each batch of ten, it lets 30,000 deliveries a second pass.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
export const stopKey = (companyId?: number) => ({
  pk: companyId === undefined ? controlPartition : String(companyId),
  sk: stopSortKey,
});

/** Whether a row of a company's is its stop: the operator's, not its own. */
export const isStopKey = (sortKey: string): boolean => sortKey === stopSortKey;

/**
 * That a company has been stopped once: where its stop is looked for. Written before the first one and never removed,
 * so that no stop stands that is not listed, whatever crashes or meets; whether it stands, its own row says alone.
 */
const stoppedOnceKey = (companyId: number) => ({
  pk: controlPartition,
  sk: `${stopSortKey}#${companyId}`,
});

/** Whether one stands that covers a company; strongly consistent. */
export const isStopped = async (
  client: DynamoDBClient,
  table: string,
  companyId: number,
): Promise<boolean> => {
  const stops = await Promise.all(
    [stopKey(), stopKey(companyId)].map((key) => getItem(client, table, key)),
  );
  return stops.some((stop) => stop !== undefined);
};

/**
 * Stops a company, or everything. Deliveries met from now on are held; released by the admin API alone. Gives the stop
 * that stands: one that stood already stays as it is, since what it held begins with it.
 */
export const putStop = async (
  client: DynamoDBClient,
  table: string,
  companyId: number | undefined,
  now: Date,
  caller: string,
): Promise<Stop> => {
  if (companyId !== undefined) {
    const Item = toItem({ ...stoppedOnceKey(companyId), company_id: companyId });
    await client.send(new PutItemCommand({ TableName: table, Item }));
  }
  const row: StopRow = {
    ...(companyId !== undefined && { company_id: companyId }),
    stopped_at: now.toISOString(),
    stopped_by: caller,
  };
  const Item = toItem({ ...stopKey(companyId), ...row });
  const isNew = await succeeds(() =>
    client.send(
      new PutItemCommand({
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    ),
  );
  const standing = isNew ? undefined : await getStop(client, table, companyId);
  return standing ?? stopOf(row);
};

/** Ends a stop. What was held meanwhile stays held. */
export const deleteStop = async (
  client: DynamoDBClient,
  table: string,
  companyId: number | undefined,
): Promise<void> => {
  await client.send(new DeleteItemCommand({ TableName: table, Key: toItem(stopKey(companyId)) }));
};

interface StopRow {
  readonly company_id?: number;
  readonly stopped_at: string;
  readonly stopped_by: string;
}

/** Those that stand, that of everything first; strongly consistent. Of a page, all may have ended. */
export const listStops = async (
  client: DynamoDBClient,
  table: string,
  page: Paged,
): Promise<{ readonly stops: readonly Stop[]; readonly readTo?: string }> => {
  const { rows, readTo } = await queryControl<StopRow>(client, table, stopSortKey, page);
  const stops = await Promise.all(rows.map(({ company_id }) => getStop(client, table, company_id)));
  return {
    stops: stops.filter((stop) => stop !== undefined),
    ...(readTo !== undefined && { readTo }),
  };
};

/** The stop of everything, or of one company, if it stands; strongly consistent. */
export const getStop = async (
  client: DynamoDBClient,
  table: string,
  companyId?: number,
): Promise<Stop | undefined> => {
  const item = await getItem(client, table, stopKey(companyId));
  return item && stopOf(fromItem<StopRow>(item));
};

const stopOf = ({ company_id, stopped_at, stopped_by }: StopRow): Stop => ({
  ...(company_id !== undefined && { companyId: company_id }),
  stoppedAt: new Date(stopped_at),
  stoppedBy: stopped_by,
});

interface ChangeRow extends Pick<StopChange, 'action' | 'caller' | 'token'> {
  readonly company_id?: number;
  readonly at: string;
  readonly expires_at: number;
}

/** To be put before the change itself: no crash then leaves a change without its entry. */
export const putStopChange = async (
  client: DynamoDBClient,
  table: string,
  { companyId, at, ...rest }: StopChange,
): Promise<void> => {
  const row: ChangeRow = {
    ...rest,
    ...(companyId !== undefined && { company_id: companyId }),
    at: at.toISOString(),
    expires_at: expirySeconds(at, auditDays),
  };
  const Item = toItem({ pk: controlPartition, sk: `audit#${row.at}#${rest.token}`, ...row });
  await client.send(new PutItemCommand({ TableName: table, Item }));
};

/** Newest first. What has passed its time is left out. */
export const listStopChanges = async (
  client: DynamoDBClient,
  table: string,
  page: Paged & { readonly now: Date },
): Promise<{ readonly changes: readonly StopChange[]; readonly readTo?: string }> => {
  const { rows, readTo } = await queryControl<ChangeRow>(client, table, 'audit#', page, false);
  const changes = rows
    .filter((row) => !hasExpired(row, page.now))
    .map(
      ({ action, company_id, at, caller, token }): StopChange => ({
        action,
        ...(company_id !== undefined && { companyId: company_id }),
        at: new Date(at),
        caller,
        token,
      }),
    );
  return { changes, ...(readTo !== undefined && { readTo }) };
};

const queryControl = async <Row>(
  client: DynamoDBClient,
  table: string,
  prefix: string,
  { limit, after }: Paged,
  ascending = true,
): Promise<{ readonly rows: readonly Row[]; readonly readTo?: string }> => {
  const { Items = [], LastEvaluatedKey } = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      ScanIndexForward: ascending,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: toItem({ ':pk': controlPartition, ':prefix': prefix }),
      Limit: limit,
      ...(after !== undefined && {
        ExclusiveStartKey: toItem({ pk: controlPartition, sk: after }),
      }),
    }),
  );
  const readTo = LastEvaluatedKey && fromItem<{ sk: string }>(LastEvaluatedKey).sk;
  return { rows: Items.map(fromItem<Row>), ...(readTo !== undefined && { readTo }) };
};
