// From a request to its answer: who calls, may he, what does the hook say, what does the engine do.
import type { Authorize, Observe, Principal } from '../stack-model.ts';
import type { AccessOf } from './access-of.ts';
import type { AwsAnswer, AwsCall, AwsService, AwsServiceName, CallHook } from './aws-call.ts';
import { AwsError, answerOfError, internalFailure, refuseUnknown } from './aws-error.ts';

export interface CallDeps {
  readonly services: Readonly<Record<AwsServiceName, Omit<AwsService, 'close'>>>;
  readonly principalOf: (authorization: string | undefined, service: AwsServiceName) => Principal;
  readonly accessOf: AccessOf;
  readonly authorize: Authorize;
  readonly observe: Observe;
  readonly now: () => number;
  readonly hook?: CallHook;
}

export interface CallRequest {
  readonly service: AwsServiceName;
  readonly operation: string;
  readonly authorization: string | undefined;
  readonly sessionToken?: string;
  readonly body: string;
  /** Aborted when the caller has gone: a waiting receive then takes no message. */
  readonly signal: AbortSignal;
}

const inputOf = (body: string): Record<string, unknown> => {
  try {
    const value: unknown = body === '' ? {} : JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw new AwsError('SerializationException', 'The request body must be one JSON object.');
};

const refused = (service: AwsServiceName, reason: string): AwsError =>
  service === 'sqs'
    ? new AwsError('AccessDeniedException', reason, { status: 403, queryCode: 'AccessDenied' })
    : new AwsError('AccessDeniedException', reason);

/** Judges every access that a call needs. All of it is over TLS on AWS, so it counts as such here.
 *  Returns the resources; throws the service's own refusal. */
const judge = (
  deps: CallDeps,
  principal: Principal,
  call: Pick<AwsCall, 'service' | 'operation' | 'input'>,
): readonly string[] => {
  const accesses = deps.accessOf(call);
  for (const access of accesses) {
    const context = { 'aws:SecureTransport': 'true', ...access.context };
    const decision = deps.authorize({ ...access, principal, context });
    if (decision.allowed) continue;
    deps.observe({ kind: 'denied', at: deps.now(), reason: decision.reason });
    throw refused(call.service, decision.reason);
  }
  return accesses.map(({ resourceArn }) => resourceArn);
};

const errorIn = (deps: CallDeps, service: AwsServiceName, error: unknown): AwsAnswer => {
  if (error instanceof AwsError) return answerOfError(service, error);
  const failure = internalFailure(service, error);
  deps.observe({ kind: 'trouble', at: deps.now(), text: failure.message });
  return answerOfError(service, failure);
};

/** Answers a request in AWS's words, never throws. A fault of an engine becomes a 500 and an
 *  observation. */
export const answerCall = async (deps: CallDeps, request: CallRequest): Promise<AwsAnswer> => {
  const { service, operation, sessionToken, signal } = request;
  try {
    refuseUnknown(service, operation, deps.services[service]);
    const principal = deps.principalOf(request.authorization, service);
    const input = inputOf(request.body);
    const resources = judge(deps, principal, { service, operation, input });
    const call: AwsCall = {
      principal,
      ...(sessionToken !== undefined && { sessionToken }),
      service,
      operation,
      input,
      resources,
    };
    const substitute = await deps.hook?.before?.(call);
    if (substitute !== undefined) return substitute;
    const answer = await deps.services[service].run(call, signal).then(
      (body): AwsAnswer => ({ status: 200, body }),
      (error: unknown) => errorIn(deps, service, error),
    );
    return (await deps.hook?.after?.(call, answer)) ?? answer;
  } catch (error) {
    return errorIn(deps, service, error);
  }
};
