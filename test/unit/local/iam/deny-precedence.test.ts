// An explicit deny wins, whatever else a role's policies say and in whatever order.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuthorizer } from '../../../../infra/local/iam/authorize.ts';
import type { PolicyStatement } from '../../../../infra/local/stack-model.ts';
import { modelOf, queueArn, role, tableArn } from './model-of.ts';

describe('any set of statements', () => {
  const call = { principal: role, context: {} };
  const actions = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'dynamodb:Query'];
  const resources = [queueArn, tableArn];
  const statement = fc.record({
    Effect: fc.constantFrom('Allow' as const, 'Deny' as const),
    Action: fc.subarray([...actions, 'sqs:*', '*'], { minLength: 1 }),
    Resource: fc.subarray([...resources, '*'], { minLength: 1 }),
  });

  /** Written without any of the evaluator's parts: only these few patterns exist. */
  const speaksOf = (it: PolicyStatement, action: string, resource: string) =>
    [it.Action ?? []]
      .flat()
      .some((a) => a === '*' || a === action || (a === 'sqs:*' && action.startsWith('sqs:'))) &&
    [it.Resource ?? []].flat().some((r) => r === '*' || r === resource);

  it('denies if one of them denies, whatever their order, and allows only what one allows', () => {
    fc.assert(
      fc.property(
        fc.array(statement, { maxLength: 6 }),
        fc.constantFrom(...actions),
        fc.constantFrom(...resources),
        (identity, action, resourceArn) => {
          const matching = identity.filter((it) => speaksOf(it, action, resourceArn));
          const expected =
            matching.some((it) => it.Effect === 'Allow') &&
            !matching.some((it) => it.Effect === 'Deny');

          const authorize = createAuthorizer(modelOf({ identity }));
          const turned = createAuthorizer(modelOf({ identity: identity.toReversed() }));

          expect(authorize({ ...call, action, resourceArn }).allowed).toBe(expected);
          expect(turned({ ...call, action, resourceArn }).allowed).toBe(expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
