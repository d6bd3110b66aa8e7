// A point at which a worker is ended, or is answered a fault: one of its outgoing calls, and which time it is made.
import type { AwsAnswer, AwsCall } from '../../../infra/local/aws/aws-call.ts';

/** `deliver PutItem delivery`, the third time in a run. */
export interface Place {
  readonly site: string;
  readonly occurrence: number;
}

/** `before`: the call has had no effect. `after`: it has had all of it, and the worker was not told. */
export interface Point extends Place {
  readonly side: 'before' | 'after';
}

/** What AWS does wrong. */
export interface Fault {
  readonly name: string;
  /** Calls in a row that it meets, the SDK's own repetitions among them. */
  readonly times: number;
  /** Instead of what the engine would do; or undefined, having changed what it will do. */
  before?(call: AwsCall): AwsAnswer | undefined;
  /** Instead of what the engine answered. */
  after?(call: AwsCall, answer: AwsAnswer): AwsAnswer | undefined;
}

export type Target = Point | (Place & { readonly fault: Fault });

export const nameOf = (target: Target): string => {
  const what = 'side' in target ? `ended ${target.side}` : target.fault.name;
  return `${what}: ${target.site} #${target.occurrence}`;
};
