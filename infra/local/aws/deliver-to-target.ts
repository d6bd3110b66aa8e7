// One try to hand an event to a target of a rule: permission first, then the queue or the function.
import type {
  Authorize,
  FunctionEngine,
  Observe,
  Principal,
  RuleModel,
  StackModel,
} from '../stack-model.ts';
import type { AwsAnswer, AwsCall, CallHook } from './aws-call.ts';
import { AwsError } from './aws-error.ts';
import type { QueueStore } from './fauxqs-store.ts';
import { textAttributes } from './queue-engine.ts';
import { sendMessage } from './sqs-send.ts';

export interface DeliverDeps {
  readonly stack: Pick<StackModel, 'functions' | 'accountId'>;
  readonly queues: QueueStore;
  /** Undefined until the functions have started. */
  readonly functions: () => FunctionEngine | undefined;
  readonly authorize: Authorize;
  readonly observe: Observe;
  readonly now: () => number;
  readonly hook?: CallHook;
}

/** A failed try. `code` is EventBridge's.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
export interface FailedTry {
  readonly code: string;
  readonly message: string;
  readonly retriable: boolean;
}

const lasting = (code: string, message: string): FailedTry => ({ code, message, retriable: false });
const passing = (code: string, message: string): FailedTry => ({ code, message, retriable: true });

const refusal = (
  { authorize, observe, now, stack }: DeliverDeps,
  ruleArn: string,
  action: string,
  resourceArn: string,
): FailedTry | undefined => {
  const decision = authorize({
    principal: principalOf(ruleArn),
    action,
    resourceArn,
    context: {
      'aws:SecureTransport': 'true',
      'aws:SourceArn': ruleArn,
      'aws:SourceAccount': stack.accountId,
    },
  });
  if (decision.allowed) return undefined;
  observe({ kind: 'denied', at: now(), reason: decision.reason });
  return lasting('NO_PERMISSIONS', decision.reason);
};

const principalOf = (ruleArn: string): Principal => ({
  kind: 'service',
  service: 'events.amazonaws.com',
  sourceArn: ruleArn,
});

/** What a hook's answer means to EventBridge. */
const failureOf = ({ status, body }: AwsAnswer): FailedTry | undefined => {
  const type = String(body.__type ?? '');
  const message = String(body.message ?? body.Message ?? type);
  if (status < 400) return undefined;
  if (status === 429 || type.includes('Throttl')) return passing('THROTTLING', message);
  if (status >= 500) return passing('INTERNAL_ERROR', message);
  return lasting(status === 403 ? 'NO_PERMISSIONS' : 'SDK_CLIENT_ERROR', message);
};

const failureOfSend = (error: unknown): FailedTry =>
  error instanceof AwsError
    ? lasting('SDK_CLIENT_ERROR', error.message)
    : passing('INTERNAL_ERROR', String(error));

/** Sends a text to a queue in the name of a rule; undefined means that it lies there. */
export const sendAsRule = async (
  deps: DeliverDeps,
  ruleArn: string,
  queueArn: string,
  text: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<FailedTry | undefined> => {
  const queue = deps.queues.byArn(queueArn);
  if (queue === undefined) return lasting('NO_RESOURCE', 'The specified queue does not exist.');
  const refused = refusal(deps, ruleArn, 'sqs:SendMessage', queueArn);
  if (refused !== undefined) return refused;
  const call: AwsCall = {
    principal: principalOf(ruleArn),
    service: 'sqs',
    operation: 'SendMessage',
    input: {
      QueueUrl: queue.url,
      MessageBody: text,
      MessageAttributes: textAttributes(attributes),
    },
    resources: [queueArn],
  };
  try {
    const substitute = await deps.hook?.before?.(call);
    if (substitute !== undefined) return failureOf(substitute);
    const body = sendMessage(deps.queues, queue, call.input);
    const replaced = await deps.hook?.after?.(call, { status: 200, body });
    return replaced === undefined ? undefined : failureOf(replaced);
  } catch (error) {
    return failureOfSend(error);
  }
};

/** Lambda takes the event and answers at once. A call that failed is observed, and not
 *  repeated: as its function's EventInvokeConfig says. Without one, Lambda would try twice more. */
const invokeAsRule = (
  deps: DeliverDeps,
  ruleArn: string,
  functionArn: string,
  text: string,
): FailedTry | undefined => {
  const functions = deps.functions();
  if (!deps.stack.functions.some(({ arn }) => arn === functionArn)) {
    return lasting('NO_RESOURCE', `Function not found: ${functionArn}`);
  }
  const refused = refusal(deps, ruleArn, 'lambda:InvokeFunction', functionArn);
  if (refused !== undefined) return refused;
  if (functions === undefined) return passing('INTERNAL_ERROR', 'The functions have not started.');
  const failed = (error: string) =>
    deps.observe({ kind: 'trouble', at: deps.now(), text: `${functionArn} failed: ${error}` });
  functions.invoke(functionArn, JSON.parse(text)).then(
    (result) => {
      if (result.kind === 'failed') failed(result.error);
    },
    (error: unknown) => failed(String(error)),
  );
  return undefined;
};

/** Tries once; undefined means that the target has it. */
export const deliverToTarget = async (
  deps: DeliverDeps,
  rule: Pick<RuleModel, 'arn'>,
  targetArn: string,
  text: string,
): Promise<FailedTry | undefined> =>
  targetArn.split(':')[2] === 'lambda'
    ? invokeAsRule(deps, rule.arn, targetArn, text)
    : sendAsRule(deps, rule.arn, targetArn, text);
