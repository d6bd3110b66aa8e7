// Health rows that are due: the ATS is told what it has to know, a failed subscription disabled, its circuit tended.
import { releasable, tended, unparking } from '../../shared/circuit.ts';
import type { Delivery } from '../../shared/delivery.ts';
import { nextAttemptMessage } from '../../shared/delivery-message.ts';
import type { Health, Notice } from '../../shared/health.ts';
import { probeEveryMs, sweepLeaseMs } from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import { noticeEvent } from '../../shared/operational-events.ts';
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Hint } from '../../shared/timers-table.ts';
import type { AnnounceDeps } from './announce-exhausted.ts';
import { eachGuarded, type GuardDeps } from './each-guarded.ts';
import type { DueDeps } from './enqueue-due.ts';

export interface TendDeps
  extends GuardDeps,
    Pick<AnnounceDeps, 'publish'>,
    Pick<DueDeps, 'enqueue' | 'now'> {
  /** Strongly consistent. */
  getHealth(key: Pick<Hint, 'pk' | 'sk'>): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
  /** Strongly consistent; undefined where it is deleted. */
  getSubscription(companyId: number, subscriptionId: string): Promise<Subscription | undefined>;
  disableSubscription(subscription: Subscription, now: Date): Promise<boolean>;
  findParked(health: Health, now: Date, limit: number): Promise<readonly Hint[]>;
  /** Moves a parked row among the due ones, claimed until then. Undefined where another was first. */
  claimParked(hint: Hint, until: Date): Promise<Delivery | undefined>;
}

export const tendHealth = async (deps: TendDeps, hints: readonly Hint[]): Promise<number> => {
  const tendedOnes = await eachGuarded(deps, hints, (hint) => tendOne(deps, hint));
  return tendedOnes.length;
};

/**
 * Writes the row before it releases anything: of two sweeps at once only one releases, and a crash in between
 * costs a minute.
 */
const tendOne = async (deps: TendDeps, hint: Hint): Promise<true | undefined> => {
  const health = await deps.getHealth(hint);
  if (health === undefined) return undefined;
  const subscription = await deps.getSubscription(health.companyId, health.subscriptionId);
  const notices = await tell(deps, health, subscription);
  const now = deps.now();
  const isDue = health.circuit.tendAt !== undefined && health.circuit.tendAt <= now;
  if (!isDue) {
    return notices.length < health.notices.length && (await deps.putHealth({ ...health, notices }))
      ? true
      : undefined;
  }
  const { status, maxPerSecond } = subscription ?? {};
  const enabled = status === 'enabled';
  const circuit = enabled ? health.circuit : unparking(health.circuit);
  const parked = await deps.findParked(health, now, releasable(circuit, maxPerSecond));
  const next = { ...health, notices, circuit: tended(circuit, parked.length, now) };
  if (!(await deps.putHealth(next))) return undefined;
  const probe = circuit.state === 'open' ? health.revision + 1 : undefined;
  // What waits for a turn goes at its own pace, however little it is; what waited for the receiver, evenly.
  await release(
    deps,
    parked,
    circuit.paced ? releasable(circuit, maxPerSecond) : parked.length,
    probe,
  );
  return true;
};

/** Releases evenly over the minute, so that the receiver meets no burst. */
const release = async (
  deps: TendDeps,
  hints: readonly Hint[],
  perMinute: number,
  probe?: number,
): Promise<void> => {
  const until = new Date(deps.now().getTime() + sweepLeaseMs);
  const gapSeconds = probeEveryMs / 1000 / Math.max(perMinute, 1);
  const messages: QueueMessage[] = [];
  for (let from = 0; from < hints.length; from += claimsAtOnce) {
    const some = hints.slice(from, from + claimsAtOnce);
    const deliveries = await eachGuarded(deps, some, (hint) => deps.claimParked(hint, until));
    for (const delivery of deliveries) {
      const delaySeconds = Math.floor(messages.length * gapSeconds);
      messages.push({ ...nextAttemptMessage(delivery, { probe }), delaySeconds });
    }
  }
  const left = await deps.enqueue(messages);
  if (left.length > 0) deps.log({ event: 'sweep.left', messages: left.length });
};

const claimsAtOnce = 10;

/** Publishes what the ATS has yet to be told. Returns the notices that stay pending. */
const tell = async (
  deps: TendDeps,
  health: Health,
  subscription: Subscription | undefined,
): Promise<readonly Notice[]> => {
  try {
    const current: Notice[] = [];
    for (const notice of health.notices) {
      if (await stillHolds(deps, notice, subscription)) current.push(notice);
    }
    const events = current.map((notice) => noticeEvent(health, notice));
    const left = events.length > 0 ? await deps.publish(events) : [];
    return current.filter((_, index) => left.includes(events[index]!));
  } catch (error) {
    // The bus being down must not keep a circuit from its probe.
    deps.metrics.count('SweepErrors');
    deps.log({ event: 'sweep.row-fault', sk: health.subscriptionId, ...errorFields(error) });
    return health.notices;
  }
};

/** Disables what is to be disabled. What the company changed since the notice is its own decision. */
const stillHolds = async (
  deps: TendDeps,
  notice: Notice,
  subscription: Subscription | undefined,
): Promise<boolean> => {
  if (notice.kind === 'failing') return subscription?.status === 'enabled';
  const stands = subscription?.status === 'enabled' && subscription.updatedAt <= notice.at;
  if (!stands) return subscription?.status === 'disabled';
  await deps.disableSubscription(subscription, deps.now());
  // Read, not deduced: the SDK repeats a request whose answer was lost, and is told that it changed nothing.
  const after = await deps.getSubscription(subscription.companyId, subscription.id);
  return after?.status === 'disabled';
};
