// A POST with an `Idempotency-Key` happens once in 24 hours: its repetition gets the same answer, made again.
import { requestLeaseMs } from '../../shared/limits.ts';
import type { RequestBeginning, RequestName, RequestState } from '../../shared/requests-table.ts';
import { keyOfAnotherRequest, ProblemError, requestUnderWay } from './problem.ts';
import type { RequestKey } from './read-call.ts';
import type { Answer, Call, Route } from './route.ts';

export interface IdempotencyDeps {
  /** Undefined: begun. Otherwise what is known of the request with that key. */
  beginRequest(name: RequestName, beginning: RequestBeginning): Promise<RequestState | undefined>;
  endRequest(name: RequestName, reference: Readonly<Record<string, string>>): Promise<void>;
  forgetRequest(name: RequestName): Promise<void>;
  now(): Date;
  randomHex(bytes: number): string;
}

/**
 * After a crash the request is done again, from the same seed: so it makes the same thing, and a step that was
 * taken already is no second one.
 * @throws ProblemError idempotency-key-reused · request-under-way, and whatever the route throws
 */
export const onceByKey = async <Deps extends IdempotencyDeps>(
  deps: Deps,
  route: Route<Deps>,
  call: Call<never, never, never>,
  key: RequestKey,
): Promise<Answer> => {
  const { company_id: companyId } = call.params as { company_id?: number };
  const name = { scope: companyId?.toString() ?? 'operations', hash: key.hash };
  const now = deps.now();
  const known = await deps.beginRequest(name, {
    requestHash: key.requestHash,
    token: deps.randomHex(16),
    now,
    leasedUntil: new Date(now.getTime() + requestLeaseMs),
  });
  if (known !== undefined) {
    if (known.requestHash !== key.requestHash) throw keyOfAnotherRequest();
    if (known.reference === undefined) throw requestUnderWay();
    return route.rebuild ? route.rebuild(deps, call, known.reference) : route.handle(deps, call);
  }
  try {
    const answer = await route.handle(deps, call);
    await deps.endRequest(name, answer.reference ?? {});
    return answer;
  } catch (error) {
    if (error instanceof ProblemError) await deps.forgetRequest(name);
    throw error;
  }
};
