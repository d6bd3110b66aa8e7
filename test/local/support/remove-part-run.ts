// A run of a changed template: what it does, and the first sign that something is missing.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { inject } from 'vitest';
import { loopbackAllowList } from '../../../infra/local/loopback.ts';
import type { Observation } from '../../../infra/local/stack-model.ts';
import { type RunningStack, startStack } from '../../../infra/local/start-stack.ts';
import { accountId, region } from './assembly.ts';
import { credentials } from './local-stack.ts';
import { readable } from './remove-part.ts';
import type { Template } from './remove-part-references.ts';

export interface Run extends RunningStack {
  readonly dynamodb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  /** Puts an event on the stack's bus, and answers with EventBridge's id of it. */
  put(source: string, detailType: string, detail: object): Promise<string>;
  /** All that happened since the start. */
  readonly observations: readonly Observation[];
  /** Resolves once the condition holds. Throws MissingSign as soon as anything shows that a part is missing. */
  until(isDone: () => boolean | Promise<boolean>): Promise<void>;
}

/** What a run shows of the part that it lacks: the message. */
export class MissingSign extends Error {
  override readonly name = 'MissingSign';
}

/** Put for a queue that EventBridge then cannot reach, so that the rule's dead letters get it. */
export const unreachable = 'evt_unreachable';

const patienceMs = 20_000;

export const startRun = async (
  change: (template: Template) => Template,
  sweepSeconds?: number,
): Promise<Run> => {
  const observations: Observation[] = [];
  let wake = Promise.withResolvers<void>();
  const stack = await startStack({
    assemblyFolder: inject('assemblyFolder'),
    region,
    accountId,
    port: 0,
    adminPort: 0,
    prewarm: 0,
    environment: { CALLBACK_ALLOW_LIST: loopbackAllowList, RETRY_DELAYS_MS: '0' },
    ...(sweepSeconds !== undefined && { sweepSeconds }),
    hook: {
      before: ({ principal, resources, input }) =>
        principal.kind === 'service' &&
        !resources[0]!.endsWith('-dead') &&
        String(input.MessageBody).includes(unreachable)
          ? { status: 403, body: { __type: 'AccessDenied', message: 'out of reach' } }
          : undefined,
    },
    observe: (observation) => {
      observations.push(observation);
      wake.resolve();
      wake = Promise.withResolvers();
    },
    editTemplate: (template) => change(template as Template),
  });
  const client = { endpoint: stack.endpointUrl, region, credentials };
  const dynamodb = new DynamoDBClient(client);
  const eventBridge = new EventBridgeClient(client);
  const until: Run['until'] = async (isDone) => {
    const deadline = AbortSignal.timeout(patienceMs);
    for (let seen = 0; ; ) {
      for (; seen < observations.length; seen += 1) throwSign(stack, observations[seen]!);
      if (await isDone()) return;
      if (deadline.aborted) throw new MissingSign(`nothing more in ${patienceMs} ms`);
      if (seen === observations.length) await Promise.race([wake.promise, pause(50)]);
    }
  };
  return {
    ...stack,
    observations,
    dynamodb,
    eventBridge,
    until,
    put: async (Source, DetailType, detail) => {
      const EventBusName = 'Rappel-events';
      const entry = { EventBusName, Source, DetailType, Detail: JSON.stringify(detail) };
      const { Entries } = await eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
      return Entries![0]!.EventId!;
    },
    close: async () => {
      dynamodb.destroy();
      eventBridge.destroy();
      await stack.close();
    },
  };
};

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const throwSign = (stack: RunningStack, observation: Observation): void => {
  const sign = signOf(stack, observation);
  if (sign !== undefined) throw new MissingSign(sign);
};

const signOf = (stack: RunningStack, observation: Observation): string | undefined => {
  switch (observation.kind) {
    case 'denied': {
      const [, action, arn] = /perform: (\S+) on resource: (\S+)/.exec(observation.reason)!;
      return `AccessDenied: ${action} on ${nameOf(stack, arn!)}`;
    }
    case 'trouble':
      return / it is in arn:/.test(observation.text) ? undefined : observation.text;
    case 'log':
      return signOfLine(observation.line);
    default:
      return undefined;
  }
};

const signOfLine = (line: string): string | undefined => {
  if (line.includes('ConfigError')) {
    return `ConfigError: ${Array.from(line.matchAll(/at ([A-Z_]+)/g), ([, name]) => name).join(' ')}`;
  }
  return line.includes('errorName') || !line.startsWith('{') ? line : undefined;
};

/** The logical id of what an ARN names, with the index of a table; of what is gone, the end of the ARN. */
const nameOf = ({ model }: RunningStack, arn: string): string => {
  const { tables, queues, buses, functions } = model;
  const owner = [...tables, ...queues, ...buses, ...functions].find(
    (each) => arn === each.arn || arn.startsWith(`${each.arn}/`),
  );
  return owner === undefined
    ? arn.slice(arn.lastIndexOf(':') + 1)
    : readable(owner.logicalId) + arn.slice(owner.arn.length);
};
