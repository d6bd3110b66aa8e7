// One call of an AWS API on the local endpoint, as every part of the endpoint sees it.
import type { Principal } from '../stack-model.ts';

export type AwsServiceName = 'dynamodb' | 'sqs' | 'events';

export interface AwsCall {
  readonly principal: Principal;
  /** Of the caller's credentials. Each environment of a function has its own: it names one worker. */
  readonly sessionToken?: string;
  readonly service: AwsServiceName;
  /** `PutItem`, as the SDK names it. */
  readonly operation: string;
  /** The request's members. A hook may change them before the engine runs. */
  readonly input: Record<string, unknown>;
  /** ARNs that the call was judged on. */
  readonly resources: readonly string[];
}

export interface AwsAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type Substitute = Promise<AwsAnswer | undefined> | AwsAnswer | undefined;

/** Stands at the two sides of every call's effect; crash tests end a worker there, fault tests
 *  answer faults. Rules' deliveries to queues pass it too: service `sqs`, operation `SendMessage`,
 *  a service as principal. */
export interface CallHook {
  /** Awaited before the engine runs. An answer given here is sent instead, and the engine does not
   *  run. */
  before?(call: AwsCall): Substitute;
  /** Awaited after the engine ran, before its answer is sent: a call with status 200 has taken effect.
   *  An answer given here replaces it. */
  after?(call: AwsCall, answer: AwsAnswer): Substitute;
}

/** An engine behind the endpoint. */
export interface AwsService {
  /** What `run` knows. */
  readonly operations: readonly string[];
  /** Operations that would change what the template says: they are refused. */
  readonly changes: readonly string[];
  /** Answers the members of the operation's output, or throws an `AwsError`. */
  run(call: AwsCall, signal: AbortSignal): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Makes the engines as unkind as AWS may be. All chance comes from `seed`. */
export interface Unkind {
  /** Milliseconds by which a global secondary index lags behind its table. */
  readonly indexLagMs?: number;
  /** Share (0 to 1) of reads without `ConsistentRead` that do not see a write of the last second. */
  readonly staleReads?: number;
  /** Share (0 to 1) of received messages that are given out a second time. */
  readonly duplicateShare?: number;
  /** Gives messages out in another order than they came. */
  readonly reorder?: boolean;
  readonly seed?: number;
}
