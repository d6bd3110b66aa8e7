// Health rows that are due: the ATS is told what it has to know, a failed subscription disabled, its circuit tended.
import { releasable, tended, unparking } from '../../shared/circuit.ts';
import type { Health, Notice } from '../../shared/health.ts';
import { sweepReserveMs } from '../../shared/limits.ts';
import { errorFields } from '../../shared/log.ts';
import { noticeEvent } from '../../shared/operational-events.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Hint } from '../../shared/timers-table.ts';
import type { AnnounceDeps } from './announce-exhausted.ts';
import { eachGuarded } from './each-guarded.ts';
import { type Release, type ReleaseDeps, releaseParked } from './release-parked.ts';

export interface TendDeps extends ReleaseDeps, Pick<AnnounceDeps, 'publish'> {
  /** Strongly consistent. */
  getHealth(key: Pick<Hint, 'pk' | 'sk'>): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
  /** Strongly consistent; undefined where it is deleted. */
  getSubscription(companyId: number, subscriptionId: string): Promise<Subscription | undefined>;
  disableSubscription(subscription: Subscription, now: Date): Promise<boolean>;
  findParked(health: Health, now: Date, limit: number): Promise<readonly Hint[]>;
}

/**
 * Writes each row before it releases anything: of two sweeps at once only one releases, and a crash in between
 * costs a minute.
 */
export const tendHealth = async (deps: TendDeps, hints: readonly Hint[]): Promise<number> => {
  const releases = await eachGuarded(deps, hints, (hint) => tendOne(deps, hint));
  await releaseParked(deps, releases);
  return releases.length;
};

/** What is to be released now. Undefined where the row was left as it is. */
const tendOne = async (deps: TendDeps, hint: Hint): Promise<Release | undefined> => {
  // Still due, it is the next sweep's first: begun without the time to release, it would lose its minute.
  if (deps.remainingMs() < sweepReserveMs) return undefined;
  const health = await deps.getHealth(hint);
  if (health === undefined) return undefined;
  const subscription = await deps.getSubscription(health.companyId, health.subscriptionId);
  const notices = await tell(deps, health, subscription);
  const now = deps.now();
  const isDue = health.circuit.tendAt !== undefined && health.circuit.tendAt <= now;
  if (!isDue) {
    return notices.length < health.notices.length && (await deps.putHealth({ ...health, notices }))
      ? { hints: [], perMinute: 0, from: now }
      : undefined;
  }
  const { status, maxPerSecond } = subscription ?? {};
  const circuit = status === 'enabled' ? health.circuit : unparking(health.circuit);
  const limit = releasable(circuit, maxPerSecond);
  const parked = await deps.findParked(health, now, limit);
  const next = { ...health, notices, circuit: tended(circuit, parked.length, now) };
  if (!(await deps.putHealth(next))) return undefined;
  return {
    hints: parked,
    // What waits for a turn goes at its own pace, however little it is; what waited for the receiver, evenly.
    perMinute: circuit.paced ? limit : parked.length,
    from: now,
    ...(circuit.state === 'open' && { probe: health.revision + 1 }),
  };
};

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
