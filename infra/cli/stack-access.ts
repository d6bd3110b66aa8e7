// The stack that commands talk to: found by its outputs, reached with credentials of the usual AWS chain.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import * as z from 'zod';
import { createAdminClient } from '../admin-client.ts';
import { CommandError, UsageError } from './command-error.ts';

export interface StackAccess {
  /** On this machine, started by `npm start`. */
  readonly isLocal: boolean;
  readonly busName: string;
  readonly eventBridge: EventBridgeClient;
  /**
   * The answer's body.
   * @param needed fields without which it is no answer of Rappel
   * @throws CommandError in the API's words
   */
  request<Body>(
    method: string,
    path: string,
    needed: readonly (keyof Body & string)[],
    body?: unknown,
  ): Promise<Body>;
}

const root = join(import.meta.dirname, '..', '..');

/** Where `npm start` and `npm run deploy` leave them; the first that is there is taken. */
const usualFiles = [join('.local', 'outputs.json'), 'cdk-outputs.json'];

const outputsSchema = z.object({
  AdminUrl: z.url(),
  AlarmTopicArn: z.string(),
  DeliveryQueueUrl: z.url(),
  EventBusName: z.string(),
});

export type StackOutputs = z.output<typeof outputsSchema>;

/**
 * @param file what `--outputs` says
 * @param folder where the usual ones are: the repository, wherever the command was called
 * @throws CommandError where there is no such file, or no stack of ours in it
 */
export const readStackOutputs = (file: string | undefined, folder = root): StackOutputs => {
  const path =
    file ?? usualFiles.map((each) => join(folder, each)).find((each) => existsSync(each));
  if (path === undefined) {
    throw new CommandError(
      'There is no stack to talk to: start one by `npm start`, deploy one by `npm run deploy`, or name its ' +
        'outputs by --outputs FILE.',
    );
  }
  for (const outputs of Object.values(readJson(path))) {
    const parsed = outputsSchema.safeParse(outputs);
    if (parsed.success) return parsed.data;
  }
  throw new CommandError(
    `${relative(process.cwd(), path)} has no outputs of Rappel; it must be what \`cdk deploy --outputs-file\` writes.`,
  );
};

const readJson = (path: string): Record<string, unknown> => {
  try {
    return Object(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    throw new CommandError(`${path} ${why}; --outputs takes what \`npm run deploy\` writes.`, {
      cause,
    });
  }
};

/** @param newKey makes the `Idempotency-Key` of each POST */
export const openStack = (outputs: StackOutputs, newKey: () => string): StackAccess => {
  const isLocal = new URL(outputs.AdminUrl).hostname === '127.0.0.1';
  // arn:partition:service:region:…
  const region = outputs.AlarmTopicArn.split(':')[3]!;
  const eventBridge = new EventBridgeClient({
    region,
    ...(isLocal && {
      endpoint: new URL(outputs.DeliveryQueueUrl).origin,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  });
  return {
    isLocal,
    busName: outputs.EventBusName,
    eventBridge,
    request: async <Body>(
      method: string,
      path: string,
      needed: readonly (keyof Body & string)[],
      body?: unknown,
    ) => {
      const credentials = await credentialsOf(eventBridge);
      const call = createAdminClient(outputs.AdminUrl, region, credentials);
      const headers: Record<string, string> =
        method === 'POST' ? { 'idempotency-key': newKey() } : {};
      const answer = await call(method, path, body, headers).catch((cause: unknown) => {
        throw new CommandError(unreachable(outputs.AdminUrl, isLocal), { cause });
      });
      const { status } = answer;
      if (status === 400) throw new UsageError(sentenceOf(status, answer.body));
      if (status >= 400) throw new CommandError(sentenceOf(status, answer.body));
      if (!needed.every((name) => Object.hasOwn(Object(answer.body), name))) {
        throw new CommandError(
          `${outputs.AdminUrl} answered ${status} with what is no answer of Rappel: is it the admin URL?`,
        );
      }
      return answer.body as Body;
    },
  };
};

/** The chain of the SDK's own clients: environment, profile, sign-on, role. */
const credentialsOf = (client: EventBridgeClient) =>
  client.config.credentials().catch((cause: unknown) => {
    throw new CommandError(
      'There are no AWS credentials: log in, or set AWS_PROFILE, as for the aws command line.',
      { cause },
    );
  });

const unreachable = (adminUrl: string, isLocal: boolean): string =>
  isLocal
    ? `Nothing answers at ${adminUrl}: start it by \`npm start\`, or name a deployed stack by --outputs cdk-outputs.json.`
    : `${adminUrl} cannot be reached: check the network, and that the stack is still deployed.`;

const problem = z.object({
  title: z.string(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});

/** Of an RFC 9457 problem; of anything else, such as what Lambda answers in its place, the status. */
const sentenceOf = (status: number, body: unknown): string => {
  const { data } = problem.safeParse(body);
  if (status === 403) {
    return '403: these AWS credentials may not call the admin URL; they need lambda:InvokeFunctionUrl.';
  }
  if (data === undefined)
    return `The admin URL answered ${status}: look at the admin function's log.`;
  const errors = (data.errors ?? []).map(({ path, message }) => `  ${path} ${message}`);
  return [[data.title, data.detail].filter(Boolean).join(' '), ...errors].join('\n');
};
