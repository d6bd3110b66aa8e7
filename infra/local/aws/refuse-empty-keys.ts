// Refuses an empty index key as DynamoDB does: dynalite would store it, and hide a row that should
// not be in the index.
import type { TableModel } from '../stack-model.ts';
import { AwsError } from './aws-error.ts';
import type { CheckedInput, Item } from './dynalite-engine.ts';

const isEmpty = (value: unknown): boolean => {
  const { S, B } = (value ?? {}) as { S?: string; B?: string };
  return S === '' || B === '';
};

const ending = 'The AttributeValue for a key attribute cannot contain an empty string value.';

const refuseItem = ({ globalSecondaryIndexes }: TableModel, item: Item): void => {
  for (const { name, keySchema } of globalSecondaryIndexes) {
    const empty = keySchema.find(({ AttributeName }) => isEmpty(item[AttributeName]));
    if (empty === undefined) continue;
    throw new AwsError(
      'ValidationException',
      'One or more parameter values are not valid. A value specified for a secondary index key is ' +
        `not supported. ${ending} IndexName: ${name}, IndexKey: ${empty.AttributeName}`,
    );
  }
};

const refuseUpdate = (
  { globalSecondaryIndexes }: TableModel,
  sections: NonNullable<CheckedInput['_updates']>['sections'],
): void => {
  const keys = globalSecondaryIndexes.flatMap(({ keySchema }) =>
    keySchema.map(({ AttributeName }) => AttributeName),
  );
  const empties = sections.filter(({ type, val }) => type === 'set' && isEmpty(val));
  if (!empties.some(({ path }) => path.length === 1 && keys.includes(String(path[0])))) return;
  throw new AwsError(
    'ValidationException',
    'One or more parameter values are not valid. The update expression attempted to update the ' +
      `secondary index key to a value that is not supported. ${ending}`,
  );
};

/** Looks at an operation's input after dynalite has read it. */
export const refuseEmptyIndexKeys = (
  models: ReadonlyMap<string, TableModel>,
  { TableName, Item, RequestItems, _updates }: CheckedInput,
): void => {
  const table = models.get(TableName ?? '');
  if (table !== undefined && Item !== undefined) refuseItem(table, Item);
  if (table !== undefined && _updates !== undefined) refuseUpdate(table, _updates.sections);
  for (const [name, requests] of Object.entries(RequestItems ?? {})) {
    const batched = models.get(name);
    if (batched === undefined || !Array.isArray(requests)) continue;
    for (const { PutRequest } of requests) if (PutRequest) refuseItem(batched, PutRequest.Item);
  }
};
