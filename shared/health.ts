// The health of a subscription, pure: what its last attempts met, and what follows from it for the next ones.
import {
  afterFailure,
  afterSuccess,
  type Circuit,
  closedCircuit,
  isDraining,
  parksDeliveries,
  probed,
} from './circuit.ts';
import {
  disableAfterMs,
  disableFailuresMin,
  slowAnswerMs,
  slowAnswersMin,
  slowLaneFailuresMin,
  slowWindowMs,
  warningShares,
} from './limits.ts';
import { asksToDisable, type Outcome } from './outcome.ts';

export interface Health {
  readonly companyId: number;
  readonly subscriptionId: string;
  /** Failures since the last success. */
  readonly failures: number;
  /** When the first of them began; undefined while there is none. */
  readonly failingSince?: Date;
  /** The success that ended the last run of failures. Later ones are not written. */
  readonly lastSuccessAt?: Date;
  /** The last slow answers, oldest first. */
  readonly slowAnswers: readonly Date[];
  readonly slowUntil?: Date;
  readonly circuit: Circuit;
  /** The number of the probe that was taken last: each is taken once, and none after a younger one. */
  readonly lastProbe?: number;
  /** Set once this run of failures has opened the circuit: with too little to send, it closes and opens again. */
  readonly hasOpened?: true;
  /** Warnings given in this run of failures. */
  readonly warnings: number;
  /** What the ATS has yet to be told; the sweep tells it. */
  readonly notices: readonly Notice[];
  /** Grows with every write. 0 before the first. */
  readonly revision: number;
}

/** `failing`: a warning, at a share of the way to being disabled. `disabled`: and the sweep sees to it. */
export type Notice = {
  readonly at: Date;
  readonly failures: number;
  readonly failingSince?: Date;
} & (
  | { readonly kind: 'failing'; readonly share: number }
  | { readonly kind: 'disabled'; readonly reason: 'failures' | 'receiver' }
);

export const newHealth = (companyId: number, subscriptionId: string): Health => ({
  companyId,
  subscriptionId,
  failures: 0,
  slowAnswers: [],
  circuit: closedCircuit,
  warnings: 0,
  notices: [],
  revision: 0,
});

/** Milliseconds by which a mark must move to be worth a write: a slow receiver costs two writes a minute. */
const markStepMs = 30_000;

/** While it fails or is slow, a subscription's deliveries take the slow lane. */
export const takesSlowLane = (health: Health, now: Date): boolean =>
  health.failures >= slowLaneFailuresMin ||
  parksDeliveries(health.circuit) ||
  isDraining(health.circuit) ||
  isMarked(health, now);

/**
 * After an attempt. The same object where nothing is worth a write: a healthy subscription costs none.
 * @param isNoted its slowness was noted by `afterSlowAnswer` while it was awaited
 */
export const afterAnswer = (
  health: Health,
  outcome: Outcome,
  now: Date,
  isNoted = false,
): Health => {
  const timed = afterDuration(health, outcome, now, isNoted);
  if (asksToDisable(outcome)) return withNotice(timed, 'receiver', now);
  if (outcome.kind === 'accepted') return afterGoodAnswer(timed, now);
  // The receiver answered on purpose: it is well, and has not shown that it takes deliveries.
  if (outcome.kind === 'refused' && outcome.request === 'abort-delivery') return timed;
  return afterBadAnswer(timed, outcome.startedAt, now);
};

/** When a person enables the subscription, or ends its pause: its record begins anew. What is parked still has the circuit's timer. */
export const afterEnabling = ({
  companyId,
  subscriptionId,
  circuit,
  lastProbe,
  revision,
}: Health): Health => ({
  ...newHealth(companyId, subscriptionId),
  circuit,
  ...(lastProbe !== undefined && { lastProbe }),
  revision,
});

/** Once a probe is taken; undefined where it is a copy of one that was, or comes too soon after it. */
export const afterProbe = (health: Health, probe: number, now: Date): Health | undefined => {
  if (probe <= (health.lastProbe ?? 0)) return undefined;
  const circuit = probed(health.circuit, now);
  return circuit && { ...health, circuit, lastProbe: probe };
};

const afterGoodAnswer = (health: Health, now: Date): Health => {
  const circuit = afterSuccess(health.circuit);
  if (health.failures === 0 && circuit === health.circuit) return health;
  const { failingSince: _, hasOpened: __, ...rest } = health;
  return { ...rest, failures: 0, warnings: 0, lastSuccessAt: now, circuit };
};

const afterBadAnswer = (health: Health, startedAt: Date, now: Date): Health => {
  const failures = health.failures + 1;
  const failingSince = health.failingSince ?? startedAt;
  const circuit = afterFailure(health.circuit, failures, failingSince, now);
  const opened = parksDeliveries(circuit) && { hasOpened: true as const };
  return announced({ ...health, failures, failingSince, circuit, ...opened }, failingSince, now);
};

/** Whether it opened on a receiver that had been well: one that goes on failing, or relapses, is the same trouble. */
export const isNewlyOpen = (before: Health, after: Health): boolean =>
  after.circuit.state === 'open' &&
  before.circuit.state === 'closed' &&
  !isDraining(before.circuit) &&
  before.hasOpened === undefined;

/** Adds the notices that a run of failures has earned: the way to being disabled counts both time and failures. */
const announced = (health: Health, failingSince: Date, now: Date): Health => {
  const share = Math.min(
    (now.getTime() - failingSince.getTime()) / disableAfterMs,
    health.failures / disableFailuresMin,
  );
  if (share >= 1) return withNotice(health, 'failures', now);
  const reached = warningShares.filter((each) => share >= each).length;
  if (reached <= health.warnings) return health;
  const { failures } = health;
  const warning = {
    kind: 'failing',
    at: now,
    failures,
    failingSince,
    share: warningShares[reached - 1]!,
  } as const;
  return { ...health, warnings: reached, notices: [...health.notices, warning] };
};

const withNotice = (health: Health, reason: 'failures' | 'receiver', now: Date): Health => {
  if (health.notices.some(({ kind }) => kind === 'disabled')) return health;
  const { failures, failingSince } = health;
  const notice = { kind: 'disabled', at: now, failures, failingSince, reason } as const;
  return { ...health, notices: [...health.notices, notice] };
};

/** An answer that is slow; or that has yet to come, and will be. */
export const afterSlowAnswer = (health: Health, now: Date): Health => withSlow(health, false, now);

const afterDuration = (health: Health, outcome: Outcome, now: Date, isNoted: boolean): Health => {
  if (outcome.kind === 'unreachable') {
    return outcome.errorClass === 'timeout' ? withSlow(health, true, now) : health;
  }
  return outcome.durationMs > slowAnswerMs && !isNoted ? afterSlowAnswer(health, now) : health;
};

const withSlow = (health: Health, timedOut: boolean, now: Date): Health => {
  const from = now.getTime() - slowWindowMs;
  const recent = health.slowAnswers.filter((at) => at.getTime() > from);
  const marks = timedOut || recent.length + 1 >= slowAnswersMin || isMarked(health, now);
  const slowUntil = marks ? new Date(now.getTime() + slowWindowMs) : undefined;
  const moves = slowUntil && slowUntil.getTime() - (health.slowUntil?.getTime() ?? 0) >= markStepMs;
  if (marks && !moves) return health;
  return {
    ...health,
    slowAnswers: [...recent, now].slice(-slowAnswersMin),
    ...(slowUntil && { slowUntil }),
  };
};

const isMarked = (health: Health, now: Date): boolean =>
  health.slowUntil !== undefined && now < health.slowUntil;
