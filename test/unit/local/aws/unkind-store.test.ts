// A store that is a write behind, against a model of it.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Item, openDynalite } from '../../../../infra/local/aws/dynalite-engine.ts';
import { prepareTable } from '../../../../infra/local/aws/dynamodb-tables.ts';
import { keepHistory } from '../../../../infra/local/aws/unkind-store.ts';
import { thingsTable } from '../../../contract/local-aws/small-stack.ts';

const TableName = thingsTable.name;
const write = fc.record({
  sk: fc.constantFrom('a', 'b', 'c', 'd'),
  version: fc.option(fc.nat(), { nil: undefined }),
});

it('reads every item as it was before its last write, in order, within the limit', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 12 }),
      fc.boolean(),
      fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      async (writes, forward, limit) => {
        const engine = openDynalite();
        await engine.store.db.open();
        const { table } = await prepareTable(engine, thingsTable);
        const late = keepHistory(
          engine.store,
          (item) => engine.keyOf(item, table),
          () => 0,
        );
        const versions = new Map<string, (number | undefined)[]>();
        for (const { sk, version } of writes) {
          const Key = { pk: { S: 'p' }, sk: { S: sk } };
          if (version === undefined) await engine.run('DeleteItem', { TableName, Key });
          else {
            const item = { ...Key, version: { N: String(version) } };
            await engine.run('PutItem', { TableName, Item: item });
          }
          const before = versions.get(sk) ?? [undefined];
          versions.set(sk, [...before, version]);
        }

        const query = {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'p' } },
          ScanIndexForward: forward,
          ...(limit === undefined ? {} : { Limit: limit }),
        };
        const { Items } = await engine.run('Query', query, late);

        const expected = [...versions]
          .map(([sk, all]) => [sk, all.at(-2)] as const)
          .filter(([, version]) => version !== undefined)
          .sort(([one], [other]) => (one < other === forward ? -1 : 1))
          .slice(0, limit)
          .map(([sk, version]) => ({
            pk: { S: 'p' },
            sk: { S: sk },
            version: { N: String(version) },
          }));
        expect(Items as Item[]).toEqual(expected);
        await engine.store.db.close();
      },
    ),
  );
});
