// DynamoDB on the local endpoint, through the real client.
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SmallEndpoint, startSmallEndpoint } from './small-endpoint.ts';

const TableName = 'things';
const keyOf = (pk: string, sk = '1') => ({ pk: { S: pk }, sk: { S: sk } });

let endpoint: SmallEndpoint;
beforeAll(async () => {
  endpoint = await startSmallEndpoint();
});
afterAll(() => endpoint.close());

describe('DynamoDB on the local endpoint', () => {
  it('has the tables of the template, with their indexes and ARNs', async () => {
    const { Table } = await endpoint.dynamodb.send(new DescribeTableCommand({ TableName }));

    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-west-3:000000000000:table/things');
    expect(Table?.GlobalSecondaryIndexes?.map((index) => index.IndexName)).toEqual(['by-due']);
  });

  it('gives back what was put, empty strings and binary included', async () => {
    const Item = {
      ...keyOf('put'),
      empty: { S: '' },
      bytes: { B: new Uint8Array([0, 255]) },
      number: { N: '12345678901234567890.5' },
      map: { M: { list: { L: [{ BOOL: true }, { NULL: true }] } } },
    };

    await endpoint.dynamodb.send(new PutItemCommand({ TableName, Item }));

    const read = new GetItemCommand({ TableName, Key: keyOf('put'), ConsistentRead: true });
    expect((await endpoint.dynamodb.send(read)).Item).toEqual(Item);
  });

  it('tells the item that stood in the way of a condition', async () => {
    const Item = { ...keyOf('taken'), owner: { S: 'first' } };
    await endpoint.dynamodb.send(new PutItemCommand({ TableName, Item }));

    const second = endpoint.dynamodb.send(
      new PutItemCommand({
        TableName,
        Item: { ...keyOf('taken'), owner: { S: 'second' } },
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );

    const error = await second.catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect((error as ConditionalCheckFailedException).Item).toEqual(Item);
  });

  it('tells no item when none was there, or none was asked for', async () => {
    const update = {
      TableName,
      Key: keyOf('absent'),
      UpdateExpression: 'SET a = :a',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':a': { S: 'x' } },
    };
    const asked = { ...update, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };

    for (const input of [update, asked]) {
      const error = await endpoint.dynamodb
        .send(new UpdateItemCommand(input))
        .catch((refusal: unknown) => refusal);

      expect(error).toBeInstanceOf(ConditionalCheckFailedException);
      expect((error as ConditionalCheckFailedException).Item).toBeUndefined();
    }
  });

  it('lets one of many concurrent conditional writes through', async () => {
    const claims = Array.from({ length: 20 }, (_, claim) =>
      endpoint.dynamodb
        .send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf('claimed'),
            UpdateExpression: 'SET claim = :claim',
            ConditionExpression: 'attribute_not_exists(claim)',
            ExpressionAttributeValues: { ':claim': { N: String(claim) } },
          }),
        )
        .then(
          () => 'won',
          () => 'lost',
        ),
    );

    const results = await Promise.all(claims);

    expect(results.filter((result) => result === 'won')).toHaveLength(1);
  });

  it('finds an item by its index, in order, and pages through it', async () => {
    for (const at of ['3', '1', '2']) {
      const Item = { ...keyOf('indexed', at), due: { S: 'shard' }, at: { S: at } };
      await endpoint.dynamodb.send(new PutItemCommand({ TableName, Item }));
    }
    const query = {
      TableName,
      IndexName: 'by-due',
      KeyConditionExpression: 'due = :due',
      ExpressionAttributeValues: { ':due': { S: 'shard' } },
    };

    const first = await endpoint.dynamodb.send(new QueryCommand({ ...query, Limit: 2 }));
    const rest = await endpoint.dynamodb.send(
      new QueryCommand({ ...query, ExclusiveStartKey: first.LastEvaluatedKey }),
    );

    const found = [...(first.Items ?? []), ...(rest.Items ?? [])];
    expect(found.map((item) => item.at?.S)).toEqual(['1', '2', '3']);
  });

  it('refuses a consistent read of an index', async () => {
    const query = endpoint.dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-due',
        ConsistentRead: true,
        KeyConditionExpression: 'due = :due',
        ExpressionAttributeValues: { ':due': { S: 'shard' } },
      }),
    );

    await expect(query).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Consistent reads are not supported on global secondary indexes',
    });
  });

  it('refuses an empty string as the key of an index', async () => {
    const refusal = {
      name: 'ValidationException',
      message: expect.stringContaining('cannot contain an empty string value'),
    };
    const Item = { ...keyOf('empty'), due: { S: '' } };

    await expect(
      endpoint.dynamodb.send(new PutItemCommand({ TableName, Item })),
    ).rejects.toMatchObject(refusal);
    await expect(
      endpoint.dynamodb.send(
        new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
      ),
    ).rejects.toMatchObject(refusal);
    await expect(
      endpoint.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf('empty'),
          UpdateExpression: 'SET #due = :due',
          ExpressionAttributeNames: { '#due': 'due' },
          ExpressionAttributeValues: { ':due': { S: '' } },
        }),
      ),
    ).rejects.toMatchObject(refusal);
  });

  it('answers unknown tables, transactions and changes of tables with a clear error', async () => {
    const { dynamodb } = endpoint;
    const Key = keyOf('a');

    await expect(
      dynamodb.send(new GetItemCommand({ TableName: 'nowhere', Key })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(
      dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [] })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining(
        'TransactWriteItems is not emulated locally. Emulated: Batch',
      ),
    });
    await expect(
      dynamodb.send(new CreateTableCommand({ TableName, KeySchema: [], AttributeDefinitions: [] })),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });

  it('tells the attribute by which items expire', async () => {
    const answer = await endpoint.dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));

    expect(answer.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
  });
});

describe('DynamoDB made unkind', () => {
  it('shows a write in an index only after its lag', async () => {
    const unkind = await startSmallEndpoint({ unkind: { indexLagMs: 60_000 } });
    const Item = { ...keyOf('late'), due: { S: 'shard' }, at: { S: '1' } };

    await unkind.dynamodb.send(new PutItemCommand({ TableName, Item }));

    const inIndex = await unkind.dynamodb.send(new ScanCommand({ TableName, IndexName: 'by-due' }));
    const inTable = await unkind.dynamodb.send(new ScanCommand({ TableName }));
    expect(inIndex.Items).toEqual([]);
    expect(inTable.Items).toEqual([Item]);
    await unkind.close();
  });

  it('shows plain reads the item before its last write, and consistent reads the item', async () => {
    let now = 1_000_000;
    const unkind = await startSmallEndpoint({ unkind: { staleReads: 1 }, now: () => now });
    const put = (version: string) =>
      unkind.dynamodb.send(
        new PutItemCommand({ TableName, Item: { ...keyOf('stale'), version: { S: version } } }),
      );
    const versions = async (ConsistentRead: boolean) => {
      const Key = keyOf('stale');
      const one = await unkind.dynamodb.send(
        new GetItemCommand({ TableName, Key, ConsistentRead }),
      );
      const batch = await unkind.dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key], ConsistentRead } } }),
      );
      const query = await unkind.dynamodb.send(
        new QueryCommand({
          TableName,
          ConsistentRead,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'stale' } },
        }),
      );
      const items = [one.Item, batch.Responses?.[TableName]?.[0], query.Items?.[0]];
      return items.map((item) => item?.version?.S);
    };

    await put('old');
    expect(await versions(false)).toEqual([undefined, undefined, undefined]);
    now += 5_000;
    await put('new');

    expect(await versions(false)).toEqual(['old', 'old', 'old']);
    expect(await versions(true)).toEqual(['new', 'new', 'new']);
    now += 5_000;
    expect(await versions(false)).toEqual(['new', 'new', 'new']);
    await unkind.close();
  });
});
