// One function as all of ours are: Node 24 on arm64, thirty seconds, a log group that ends, a role of its own.
import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  type RecursiveLoop,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { functionTimeoutSeconds } from '../shared/limits.ts';

export interface RappelFunctionProps {
  /** Folder with `index.mjs`, as `bundleFunctions` writes it. */
  readonly bundle: string;
  /** What differs by stage or is made at deploy; checked against the function's own schema by `satisfies`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly description: string;
  /** 512 unless it says otherwise. */
  readonly memoryMb?: number;
  /** @default Lambda ends what it takes for a loop */
  readonly recursiveLoop?: RecursiveLoop;
}

/** Its role may write to its own log group and nothing else; each construct grants what its function needs. */
export class RappelFunction extends LambdaFunction {
  constructor(
    scope: Construct,
    id: string,
    { bundle, environment, description, memoryMb = 512, recursiveLoop }: RappelFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Not CDK's default role: its managed policy writes to every log group of the account.
    const role = new Role(scope, `${id}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description,
      role,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(bundle),
      // CPU follows memory: at 512 MB the SDK loads and TLS shakes hands in half the time of 256.
      memorySize: memoryMb,
      timeout: Duration.seconds(functionTimeoutSeconds),
      environment: { NODE_OPTIONS: '--enable-source-maps', ...environment },
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      ...(recursiveLoop !== undefined && { recursiveLoop }),
    });
    // `DeliverLogGroup`: every one is the `Function` of its scope.
    new CfnOutput(Stack.of(this), `${scope.node.id}LogGroup`, { value: logGroup.logGroupName });
  }
}
