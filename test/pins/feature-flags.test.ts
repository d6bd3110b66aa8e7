// CDK's feature flags: cdk.json sets each one, so that `cdk synth` has nothing to say of them.
import { CURRENT_VERSION_EXPIRED_FLAGS, FLAGS } from 'aws-cdk-lib/cx-api';
import { expect, it } from 'vitest';
import cdk from '../../cdk.json' with { type: 'json' };

/** Those that behave as recommended when nobody sets them need no line of ours. */
const needsAttention = ([, flag]: (typeof flags)[number]): boolean =>
  (flag.unconfiguredBehavesLike?.v2 ?? false) !== flag.recommendedValue;

const flags = Object.entries(FLAGS).filter(
  ([name]) => !CURRENT_VERSION_EXPIRED_FLAGS.includes(name),
);

/** Log groups are ours, with an end; and one partition is enough. */
const ownWays = ['@aws-cdk/core:target-partitions', '@aws-cdk/aws-lambda:useCdkManagedLogGroup'];

it('are set one by one, as CDK recommends or otherwise with a reason', () => {
  const context: Record<string, unknown> = cdk.context;

  const others = flags
    .filter(needsAttention)
    .filter(([name, { recommendedValue }]) => context[name] !== recommendedValue)
    .map(([name]) => name);

  expect(others).toEqual(ownWays);
});
