// A stack as CDK writes them, with every emulated type and some inert ones.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { AttributeType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as FunctionTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import {
  Code,
  FunctionUrlAuthType,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';

/** Synthesizes into `<folder>/cdk.out`, whose path it gives. */
export const synthesizeSample = (folder: string): string => {
  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), 'export const handler = async () => {};');
  const outdir = join(folder, 'cdk.out');
  const app = new App({ outdir });
  const stack = new Stack(app, 'Sample');
  const fn = addFunction(stack, code);
  const queue = addRoute(stack, fn);
  addTables(stack, fn);
  addCaller(stack, fn);
  new Topic(stack, 'Topic');
  new Alarm(stack, 'Alarm', {
    metric: queue.metricApproximateNumberOfMessagesVisible(),
    threshold: 1,
    evaluationPeriods: 1,
  });
  app.synth();
  return outdir;
};

const addFunction = (stack: Stack, code: string): LambdaFunction =>
  new LambdaFunction(stack, 'Worker', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromAsset(code),
    timeout: Duration.seconds(30),
    memorySize: 512,
    retryAttempts: 0,
    maxEventAge: Duration.minutes(1),
  });

const addRoute = (stack: Stack, fn: LambdaFunction): Queue => {
  const deadLetterQueue = new Queue(stack, 'DeadLetters', {
    queueName: 'Sample-dead-letters',
    retentionPeriod: Duration.days(14),
  });
  const queue = new Queue(stack, 'Queue', {
    queueName: 'Sample-queue',
    enforceSSL: true,
    encryption: QueueEncryption.SQS_MANAGED,
    visibilityTimeout: Duration.seconds(180),
    deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 20 },
  });
  const bus = new EventBus(stack, 'Bus', { eventBusName: 'Sample-events' });
  bus.archive('Archive', {
    archiveName: 'Sample-archive',
    eventPattern: { account: [stack.account] },
    retention: Duration.days(7),
  });
  new Rule(stack, 'Rule', {
    ruleName: 'Sample-rule',
    eventBus: bus,
    eventPattern: { source: ['ats'], detailType: ['candidate.moved'] },
    targets: [
      new SqsQueue(queue, {
        deadLetterQueue,
        maxEventAge: Duration.hours(1),
        retryAttempts: 7,
      }),
    ],
  });
  new Rule(stack, 'Tick', {
    ruleName: 'Sample-tick',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new FunctionTarget(fn)],
  });
  fn.addEventSource(
    new SqsEventSource(queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
  );
  fn.addEnvironment('QUEUE_URL', queue.queueUrl);
  return queue;
};

const addTables = (stack: Stack, fn: LambdaFunction): void => {
  const table = new Table(stack, 'Table', {
    tableName: 'Sample-table',
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    timeToLiveAttribute: 'expires_at',
  });
  table.addGlobalSecondaryIndex({
    indexName: 'due',
    partitionKey: { name: 'due_shard', type: AttributeType.NUMBER },
  });
  table.grant(fn, 'dynamodb:Query');
  new TableV2(stack, 'GlobalTable', {
    tableName: 'Sample-global-table',
    partitionKey: { name: 'pk', type: AttributeType.STRING },
  });
};

const addCaller = (stack: Stack, fn: LambdaFunction): void => {
  const caller = new Role(stack, 'Caller', { assumedBy: new AccountRootPrincipal() });
  const url = fn.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
  url.grantInvokeUrl(caller);
  new ManagedPolicy(stack, 'Shared', {
    roles: [caller],
    statements: [new PolicyStatement({ actions: ['events:PutEvents'], resources: ['*'] })],
  });
  new CfnOutput(stack, 'Url', { value: url.url });
};
