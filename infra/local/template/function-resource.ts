// Lambda functions: their code, environment and limits.
import * as z from 'zod';
import type { FunctionModel } from '../stack-model.ts';
import { arn, givenName, inert, refused, text, wholeNumber } from './property-kinds.ts';
import { arnOf, type Resource, type ResourceKind } from './resource-kind.ts';
import type { AnyResource, Resources } from './resources.ts';
import { roleKind } from './role-resource.ts';

const onlyFolders = 'code is the folder of an asset: Code.fromAsset(folder).';
const noKind = 'this kind of function is not emulated.';

const functionProperties = z.strictObject({
  FunctionName: givenName(/^[\w-]{1,64}$/),
  Code: z.strictObject({
    S3Key: z.string({ error: onlyFolders }),
    S3Bucket: inert,
    S3ObjectVersion: inert,
    SourceKMSKeyArn: refused(onlyFolders),
    ImageUri: refused(onlyFolders),
    ZipFile: refused(onlyFolders),
  }),
  Environment: z
    .strictObject({ Variables: z.record(z.string(), text).default({}) })
    .default({ Variables: {} }),
  Handler: z
    .string()
    .regex(/^[\w-]+\.\w+$/, { error: 'names a file and its export: index.handler.' }),
  /** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
  MemorySize: wholeNumber(128, 32_768).default(128),
  ReservedConcurrentExecutions: wholeNumber(0, 1_000_000).optional(),
  Role: arn,
  Runtime: z.literal('nodejs24.x', { error: 'only nodejs24.x runs here.' }),
  Timeout: wholeNumber(1, 900).default(3),
  PackageType: z.literal('Zip', { error: onlyFolders }).optional(),
  Architectures: inert,
  Description: inert,
  EphemeralStorage: inert,
  LoggingConfig: inert,
  RecursiveLoop: inert,
  RuntimeManagementConfig: inert,
  Tags: inert,
  TracingConfig: inert,
  CapacityProviderConfig: refused(noKind),
  CodeSigningConfigArn: refused('signatures of code are not checked here.'),
  DeadLetterConfig: refused('what a function fails on goes to the dead letters of its queue.'),
  DurableConfig: refused(noKind),
  FunctionScalingConfig: refused(noKind),
  FileSystemConfigs: refused('file systems are not emulated.'),
  ImageConfig: refused(onlyFolders),
  KmsKeyArn: refused('KMS is not emulated; leave the key to Lambda.'),
  Layers: refused('layers are not emulated; put what they hold into the bundle.'),
  PublishToLatestPublished: refused(noKind),
  SnapStart: refused('snapshots are not emulated.'),
  TenancyConfig: refused(noKind),
  VpcConfig: refused('networks are not emulated; functions run outside of any VPC.'),
});

export const functionKind: ResourceKind<z.infer<typeof functionProperties>> = {
  type: 'AWS::Lambda::Function',
  properties: functionProperties,
  identify: (naming) => {
    const name = naming.name('FunctionName', 64);
    const arn = arnOf(naming, 'lambda', `function:${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
};

type LambdaFunction = Resource<z.infer<typeof functionProperties>>;

export const readFunctions = (resources: Resources): FunctionModel[] =>
  resources.of(functionKind).flatMap((fn) => {
    const { logicalId, identity, properties } = fn;
    checkEnvironment(resources, fn);
    resources.find(fn, 'Role', properties.Role, roleKind.type);
    const assetFolder = findAssetFolder(resources, fn);
    if (assetFolder === undefined) return [];
    return {
      logicalId,
      name: identity.name,
      arn: identity.arn,
      handler: properties.Handler,
      assetFolder,
      environment: properties.Environment.Variables,
      timeoutSeconds: properties.Timeout,
      memoryMb: properties.MemorySize,
      roleArn: properties.Role,
      ...(properties.ReservedConcurrentExecutions !== undefined && {
        reservedConcurrency: properties.ReservedConcurrentExecutions,
      }),
    };
  });

/**
 * The ARN of the function that a property means by its name or ARN; refuses what is none of the
 * stack.
 */
export const findFunctionArn = (
  resources: Resources,
  from: AnyResource,
  property: string,
  value: string,
): string => resources.find(from, property, value, functionKind.type)?.identity.arn ?? value;

/** CDK names an asset's object after its hash: `<hash>.zip`. */
const findAssetFolder = (resources: Resources, fn: LambdaFunction): string | undefined => {
  const { S3Key } = fn.properties.Code;
  const { assetFolders } = resources.context;
  const folder = assetFolders.get(S3Key) ?? assetFolders.get(S3Key.replace(/\.zip$/, ''));
  if (folder === undefined) {
    resources.refuse(fn, 'Code.S3Key', `no asset folder has the key ${S3Key}; ${onlyFolders}`);
  }
  return folder;
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

/** Bytes of all variables' names and values together, as Lambda counts them: as JSON. */
const environmentBytesMax = 4_096;

const checkEnvironment = (resources: Resources, fn: LambdaFunction): void => {
  const { Variables } = fn.properties.Environment;
  const at = 'Environment.Variables';
  for (const name of Object.keys(Variables)) {
    const where = `${at}.${name}`;
    if (reservedVariables.has(name))
      resources.refuse(fn, where, 'Lambda sets this variable itself.');
    if (!/^[a-z]\w+$/i.test(name)) {
      const why = 'is no name; it begins with a letter and has two characters or more.';
      resources.refuse(fn, where, why);
    }
  }
  const bytes = Buffer.byteLength(JSON.stringify(Variables));
  if (bytes > environmentBytesMax) {
    resources.refuse(fn, at, `takes ${bytes} bytes; Lambda allows ${environmentBytesMax}.`);
  }
};
