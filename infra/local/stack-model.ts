// What local mode runs: the synthesized template, read and resolved. The template reader writes it, the
// engines (SQS, DynamoDB, EventBridge, Lambda, IAM) read it; none of them sees CloudFormation.

export interface StackModel {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
  readonly buses: readonly BusModel[];
  readonly archives: readonly ArchiveModel[];
  readonly rules: readonly RuleModel[];
  readonly functions: readonly FunctionModel[];
  readonly mappings: readonly MappingModel[];
  readonly functionUrls: readonly FunctionUrlModel[];
  readonly permissions: readonly PermissionModel[];
  readonly roles: readonly RoleModel[];
  /** Output name to resolved value, as `cdk deploy --outputs-file` writes them. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Resources that are accepted and have no local effect, to be printed at start. */
  readonly inert: readonly { readonly logicalId: string; readonly type: string }[];
}

export interface TableModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly attributeDefinitions: readonly {
    AttributeName: string;
    AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly keySchema: readonly KeyElement[];
  readonly globalSecondaryIndexes: readonly {
    readonly name: string;
    readonly keySchema: readonly KeyElement[];
    readonly projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: string[] };
  }[];
  readonly timeToLiveAttribute?: string;
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

export interface QueueModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** SQS attribute names and their wire values: `VisibilityTimeout: '180'`, `RedrivePolicy: '{…}'`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly policies: readonly PolicyDocument[];
}

export interface BusModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
}

export interface ArchiveModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly eventPattern?: unknown;
  readonly retentionDays: number;
}

export interface RuleModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  readonly enabled: boolean;
  readonly eventPattern?: unknown;
  /** `rate(1 minute)`; such a rule has no pattern and sits on the default bus. */
  readonly scheduleExpression?: string;
  readonly targets: readonly TargetModel[];
}

export interface TargetModel {
  readonly id: string;
  /** A queue's or a function's. */
  readonly arn: string;
  readonly deadLetterArn?: string;
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
}

export interface FunctionModel {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** `index.handler`: the file `index.mjs` of the asset folder exports `handler`. */
  readonly handler: string;
  readonly assetFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly roleArn: string;
  readonly reservedConcurrency?: number;
}

export interface MappingModel {
  readonly logicalId: string;
  readonly queueArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly batchingWindowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportBatchItemFailures: boolean;
}

export interface FunctionUrlModel {
  readonly logicalId: string;
  readonly functionArn: string;
  readonly authType: 'AWS_IAM' | 'NONE';
  readonly url: string;
}

/** `AWS::Lambda::Permission`: who besides a role may invoke a function. */
export interface PermissionModel {
  readonly logicalId: string;
  readonly functionArn: string;
  readonly action: string;
  /** A service (`events.amazonaws.com`), an account or a role ARN. */
  readonly principal: string;
  readonly sourceArn?: string;
  readonly functionUrlAuthType?: string;
  readonly invokedViaFunctionUrl?: boolean;
}

export interface RoleModel {
  readonly logicalId: string;
  readonly arn: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
  readonly managedPolicyArns: readonly string[];
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** Who makes a call. `root` is the person at the keyboard with the credentials `local` / `local`. */
export type Principal =
  | { readonly kind: 'root' }
  | { readonly kind: 'role'; readonly arn: string }
  | { readonly kind: 'service'; readonly service: string; readonly sourceArn: string };

export interface AccessRequest {
  readonly principal: Principal;
  /** `sqs:SendMessage` */
  readonly action: string;
  readonly resourceArn: string;
  /** Condition keys of the request: `aws:SecureTransport`, `aws:SourceArn`, … */
  readonly context: Readonly<Record<string, string>>;
}

export type Decision =
  | { readonly allowed: true }
  /** `reason` is AWS's own sentence: `User: … is not authorized to perform: sqs:SendMessage on resource: …`. */
  | { readonly allowed: false; readonly reason: string };

export type Authorize = (access: AccessRequest) => Decision;

/** One received message, as an event source mapping hands it to a function. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
}

/** The queues, in process, as the pollers of event source mappings use them. */
export interface QueueEngine {
  /** Waits up to `waitSeconds` for 1 to `max` messages; an abort ends the wait with an empty list. */
  receive(
    queueArn: string,
    max: number,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<ReceivedMessage[]>;
  delete(queueArn: string, receiptHandles: readonly string[]): Promise<void>;
  /** Makes messages visible again after so many seconds; 0 at once. */
  changeVisibility(
    queueArn: string,
    receiptHandles: readonly string[],
    seconds: number,
  ): Promise<void>;
  send(
    queueArn: string,
    body: string,
    attributes?: Readonly<Record<string, string>>,
  ): Promise<void>;
}

export type InvokeResult =
  | { readonly kind: 'returned'; readonly value: unknown; readonly durationMs: number }
  /** The function threw, timed out, or its worker ended. */
  | { readonly kind: 'failed'; readonly error: string; readonly durationMs: number };

/** The functions, as mappings, schedules and function URLs use them. */
export interface FunctionEngine {
  invoke(functionArn: string, payload: unknown): Promise<InvokeResult>;
}

/** What happens, for the console and the tests. Never holds a payload. */
export type Observation =
  | {
      readonly kind: 'event-put';
      readonly at: number;
      readonly eventId: string;
      readonly detailType: string;
      readonly source: string;
      readonly id?: string;
    }
  | {
      readonly kind: 'event-routed';
      readonly at: number;
      readonly eventId: string;
      readonly rule: string;
      readonly targetArn: string;
    }
  | {
      readonly kind: 'log';
      readonly at: number;
      readonly functionName: string;
      readonly line: string;
    }
  | {
      readonly kind: 'invoked';
      readonly at: number;
      readonly functionName: string;
      readonly result: InvokeResult['kind'];
      readonly durationMs: number;
    }
  | { readonly kind: 'denied'; readonly at: number; readonly reason: string }
  | { readonly kind: 'trouble'; readonly at: number; readonly text: string };

export type Observe = (observation: Observation) => void;

/** Access key of the person at the keyboard; the secret of every local key is `local` too. */
export const rootAccessKeyId = 'local';
export const localSecretAccessKey = 'local';

/** The access key that a function's worker gets: names its role, so that every call is judged by that role. */
export const accessKeyIdOf = (fn: Pick<FunctionModel, 'logicalId'>): string =>
  `LOCAL${fn.logicalId}`;
