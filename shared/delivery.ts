// The life of a delivery, pure: given a delivery, what an attempt met and a clock, it says what comes next.
import { dayMs, retentionDays, retryAfterMsMax, retryJitterShare } from './limits.ts';
import { asksToAbort, asksToDisable, metOf, type Outcome } from './outcome.ts';

/** Each status, and what it says in the words of the documentation. All but `waiting` are ends. */
export const deliveryStatuses = {
  waiting: 'an attempt is to come',
  delivered: 'a 2xx came',
  exhausted: 'the schedule is used up',
  held: 'kept, as the subscription is paused or disabled, or an emergency stop stands',
  cancelled: 'the subscription is deleted, or the receiver said abort',
  erased: 'for privacy',
  expired: 'the payload had passed its time',
} as const;

export type DeliveryStatus = keyof typeof deliveryStatuses;

export interface Delivery {
  readonly companyId: number;
  readonly eventId: string;
  readonly subscriptionId: string;
  readonly eventType: string;
  readonly variant: string;
  readonly status: DeliveryStatus;
  /** Attempts made, over all rounds. Only grows. */
  readonly attempts: number;
  /** Attempts made before this round of the schedule began. */
  readonly roundStart: number;
  /** When the schedule wants the next attempt; only while waiting. Undefined before the first. */
  readonly dueAt?: Date;
  /** Waits for its subscription's circuit, or for a turn under its limit: without a timer of its own, until the sweep
   *  releases it. */
  readonly parked: boolean;
  /** When the event was first stored: the delivery's place in the log. */
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Short summaries of the last 20 attempts, oldest first. */
  readonly lastAttempts: readonly AttemptSummary[];
  /** Of a test event: attempted once, and nobody's business but the asker's. */
  readonly test?: true;
  /** Which pass of which job put it on its way last: none does so twice. */
  readonly job?: string;
  /** Exhausted, and the ATS has yet to be told: its row's timer is for that. */
  readonly untold?: true;
  /** Until when it is kept, where a job has made that later than the usual time. */
  readonly keptUntil?: Date;
  /** Grows with every write: two writers of one row never overwrite each other unseen. 0 before the first. */
  readonly revision: number;
}

export interface AttemptSummary {
  readonly number: number;
  readonly at: Date;
  readonly durationMs: number;
  /** An HTTP status, or an error class. */
  readonly met: string;
  /** Where there was a connection. */
  readonly peerAddress?: string;
  readonly trigger: Trigger;
  /** The request that asked for a manual one: repeated after a crash, it asks for no second one. */
  readonly request?: string;
}

/** scheduled: by the schedule · manual: a person, or the ATS, asked for this one attempt. */
export type Trigger = 'scheduled' | 'manual';

/** A delivery that nothing has happened to yet: it has no row. `createdAt`: when its event was stored. */
export const newDelivery = (
  name: Pick<
    Delivery,
    'companyId' | 'eventId' | 'subscriptionId' | 'eventType' | 'variant' | 'test'
  >,
  createdAt: Date,
): Delivery => ({
  ...name,
  status: 'waiting',
  attempts: 0,
  roundStart: 0,
  parked: false,
  createdAt,
  updatedAt: createdAt,
  lastAttempts: [],
  revision: 0,
});

/** Attempts whose summaries a delivery's row keeps. */
const summariesMax = 20;

/** When it passes its time: with its event's payload, or where a job has had it kept, later. */
export const expiresAtOf = ({ keptUntil, createdAt }: Delivery): Date =>
  keptUntil ?? new Date(createdAt.getTime() + retentionDays * dayMs);

export interface RetryPolicy {
  /** Milliseconds to wait after each failed attempt of a round. */
  readonly delaysMs: readonly number[];
  /** 0 to 1, exclusive: the source of jitter. */
  readonly random: () => number;
}

/** Before an attempt: whether it may be made. A status that is not `waiting` starts none. */
export const mayAttempt = (delivery: Delivery, attempt: number): boolean =>
  delivery.status === 'waiting' && delivery.attempts === attempt - 1;

/** Before a manual attempt. It needs no status: what was delivered may be sent again. Erased is absolute. */
export const mayAttemptManually = (
  delivery: Delivery,
  attempt: number,
  request?: string,
): boolean =>
  delivery.status !== 'erased' &&
  numberFor(delivery, { attempt, trigger: 'manual', request }) !== undefined;

/**
 * After an attempt: the delivery's next state. A delivery that ended meanwhile stays as it ended, but for one
 * thing: a late success turns `waiting` into `delivered`, since the receiver has it.
 */
export const afterAttempt = (
  delivery: Delivery,
  attempt: number,
  outcome: Outcome,
  now: Date,
  policy: RetryPolicy,
): Delivery => {
  if (delivery.status !== 'waiting') return delivery;
  const number = numberFor(delivery, { attempt, trigger: 'scheduled' });
  if (number === undefined && outcome.kind !== 'accepted') return delivery;
  const made = number ?? attempt;
  const attempts = Math.max(delivery.attempts, made);
  const { dueAt: _, ...rest } = delivery;
  return {
    ...rest,
    ...nextStep(delivery, outcome, attempts - delivery.roundStart, now, policy),
    parked: false,
    attempts,
    updatedAt: now,
    lastAttempts: withSummary(delivery, summaryOf(made, outcome, 'scheduled')),
  };
};

/**
 * After a manual attempt: a success delivers, whatever the delivery was; a failure leaves its status and its place
 * in the schedule, but for what the receiver asks of a delivery that waits: to end, or to wait longer. The schedule
 * loses no attempt by it: its round begins one later. A delivery that still waits for its first attempt gets a time
 * for it, as its message asks for a number that is used now.
 */
export const afterManualAttempt = (
  delivery: Delivery,
  attempt: number,
  outcome: Outcome,
  now: Date,
  request?: string,
): Delivery => {
  const number = numberFor(delivery, { attempt, trigger: 'manual', request });
  if (delivery.status === 'erased' || number === undefined) return delivery;
  const { dueAt: _, ...rest } = delivery;
  return {
    ...rest,
    ...stepBeside(delivery, outcome, now),
    attempts: number,
    roundStart: delivery.roundStart + 1,
    updatedAt: now,
    lastAttempts: withSummary(delivery, {
      ...summaryOf(number, outcome, 'manual'),
      ...(request !== undefined && { request }),
    }),
  };
};

/** What follows from a manual attempt: nothing for what has ended, or is held, unless it succeeded. */
const stepBeside = (
  { status, dueAt }: Delivery,
  outcome: Outcome,
  now: Date,
): Partial<Pick<Delivery, 'status' | 'dueAt' | 'parked'>> => {
  if (outcome.kind === 'accepted') return { status: 'delivered', parked: false };
  if (status !== 'waiting') return {};
  if (asksToAbort(outcome)) return { status: 'cancelled', parked: false };
  const scheduled = dueAt ?? now;
  const asked = new Date(now.getTime() + askedWaitMs(outcome));
  if (asked <= now || asked <= scheduled) return { dueAt: scheduled };
  // Of what is parked its circuit sees only what is overdue: until then it has a timer of its own.
  return { dueAt: asked, parked: false };
};

interface Asked {
  readonly attempt: number;
  readonly trigger: Trigger;
  readonly request?: string | undefined;
}

/**
 * The number of an attempt that was asked for by number; undefined for a copy, whose attempt is on record. Where an
 * attempt of the other trigger, or of another request, has taken the number meanwhile, it is the next one.
 */
const numberFor = (
  { attempts, lastAttempts }: Delivery,
  { attempt, trigger, request }: Asked,
): number | undefined => {
  if (attempts < attempt) return attempt;
  const since = lastAttempts.filter(({ number }) => number >= attempt);
  const isKnown = since[0]?.number === attempt;
  const isCopy = since.some((each) => each.trigger === trigger && each.request === request);
  return isKnown && !isCopy ? attempts + 1 : undefined;
};

const withSummary = ({ lastAttempts }: Delivery, summary: AttemptSummary): AttemptSummary[] =>
  [...lastAttempts, summary].slice(-summariesMax);

/** Ends a delivery without an attempt. Ended deliveries stay as they are. Nobody releases a test: it is not held. */
export const endWithoutAttempt = (
  delivery: Delivery,
  status: 'held' | 'cancelled' | 'expired' | 'erased',
  now: Date,
): Delivery => {
  if (delivery.status !== 'waiting') return delivery;
  const { dueAt: _, ...rest } = delivery;
  const ended = delivery.test && status === 'held' ? 'cancelled' : status;
  return { ...rest, status: ended, parked: false, updatedAt: now };
};

/**
 * Puts a delivery that was held, or used up its schedule, on its way again, with a whole schedule before it.
 * Attempts go on counting. Any other delivery stays as it is.
 */
export const startRound = (
  delivery: Delivery,
  round: { readonly job: string; readonly dueAt: Date; readonly keptUntil?: Date },
  now: Date,
): Delivery => {
  if (delivery.status !== 'held' && delivery.status !== 'exhausted') return delivery;
  const { untold: _, ...rest } = delivery;
  return {
    ...rest,
    ...round,
    status: 'waiting',
    roundStart: delivery.attempts,
    parked: false,
    updatedAt: now,
  };
};

/** Ends for ever what could still be sent. What was delivered, cancelled or expired will not be, and stays so. */
export const erase = (delivery: Delivery, now: Date): Delivery => {
  const mayBeSent = ['waiting', 'held', 'exhausted'].includes(delivery.status);
  if (!mayBeSent) return delivery;
  const { dueAt: _, ...rest } = delivery;
  return { ...rest, status: 'erased', parked: false, updatedAt: now };
};

/** Lets a delivery wait for its subscription's circuit, or for a turn. It spends no attempt and keeps its place in the schedule. */
export const park = (delivery: Delivery, now: Date): Delivery =>
  delivery.status !== 'waiting' || delivery.parked
    ? delivery
    : { ...delivery, parked: true, dueAt: delivery.dueAt ?? now, updatedAt: now };

const nextStep = (
  { test }: Delivery,
  outcome: Outcome,
  attemptsInRound: number,
  now: Date,
  policy: RetryPolicy,
): Pick<Delivery, 'status' | 'dueAt'> => {
  if (outcome.kind === 'accepted') return { status: 'delivered' };
  if (test) return { status: 'exhausted' };
  if (asksToAbort(outcome)) return { status: 'cancelled' };
  if (asksToDisable(outcome)) return { status: 'held' };
  const delayMs = policy.delaysMs[attemptsInRound - 1];
  if (delayMs === undefined) return { status: 'exhausted' };
  const waitMs = Math.max(jittered(delayMs, policy.random), askedWaitMs(outcome));
  return { status: 'waiting', dueAt: new Date(now.getTime() + waitMs) };
};

const askedWaitMs = (outcome: Outcome): number =>
  outcome.kind === 'refused' ? Math.min(outcome.retryAfterMs ?? 0, retryAfterMsMax) : 0;

const jittered = (delayMs: number, random: () => number): number =>
  Math.round(delayMs * (1 + retryJitterShare * (2 * random() - 1)));

const summaryOf = (number: number, outcome: Outcome, trigger: Trigger): AttemptSummary => ({
  number,
  at: outcome.startedAt,
  durationMs: outcome.durationMs,
  met: metOf(outcome),
  ...(outcome.peerAddress !== undefined && { peerAddress: outcome.peerAddress }),
  trigger,
});
