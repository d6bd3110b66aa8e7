// A POST with an `Idempotency-Key` happens once in 24 hours: its repetition gets the same answer, made again.
import { requestLeaseMs } from '../../shared/limits.ts';
import type { RequestBeginning, RequestName, RequestState } from '../../shared/requests-table.ts';
import { keyOfAnotherRequest, ProblemError, requestUnderWay } from './problem.ts';
import type { RequestKey } from './read-call.ts';
import type { Answer, Call, Route } from './route.ts';

export interface IdempotencyDeps {
  beginRequest(name: RequestName, beginning: RequestBeginning): Promise<RequestState>;
  endRequest(name: RequestName, reference: Readonly<Record<string, string>>): Promise<void>;
  forgetRequest(name: RequestName): Promise<void>;
  now(): Date;
  randomHex(bytes: number): string;
}

/**
 * After a crash the request is done again, from the seed of its first try: so it makes the same thing, and a step
 * that was taken already is no second one. The key's next use, a day later, has another seed.
 * @throws ProblemError idempotency-key-reused · request-under-way, and whatever the route throws
 */
export const onceByKey = async <Deps extends IdempotencyDeps>(
  deps: Deps,
  route: Route<Deps>,
  given: Call<never, never, never>,
  key: RequestKey,
): Promise<Answer> => {
  const { company_id: companyId } = given.params as { company_id?: number };
  const name = { scope: companyId?.toString() ?? 'operations', hash: key.hash };
  const now = deps.now();
  const state = await deps.beginRequest(name, {
    requestHash: key.requestHash,
    seed: given.seed,
    token: deps.randomHex(16),
    now,
    leasedUntil: new Date(now.getTime() + requestLeaseMs),
  });
  const call = { ...given, seed: state.seed };
  if (state.kind === 'known') {
    if (state.requestHash !== key.requestHash) throw keyOfAnotherRequest();
    if (state.reference === undefined) throw requestUnderWay();
    return route.rebuild ? route.rebuild(deps, call, state.reference) : route.handle(deps, call);
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
