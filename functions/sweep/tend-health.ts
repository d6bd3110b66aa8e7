// Health rows that are due: the ATS is told what it has to know, a failed subscription disabled, its circuit tended.
import { releasable, tended, unparking } from '../../shared/circuit.ts';
import type { Health, Notice } from '../../shared/health.ts';
import {
  awsCallsAtOnceMax,
  awsConnectTimeoutMs,
  awsRequestTimeoutMs,
  awsTriesMax,
  sweepReserveMs,
} from '../../shared/limits.ts';
import { noticeEvent } from '../../shared/operational-events.ts';
import type { RowKey } from '../../shared/row.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Hint } from '../../shared/timers-table.ts';
import type { AnnounceDeps } from './announce-exhausted.ts';
import { eachGuarded, eachInTurns } from './each-guarded.ts';
import { type Release, type ReleaseDeps, releaseParked } from './release-parked.ts';

export interface TendDeps extends ReleaseDeps, Pick<AnnounceDeps, 'publish'> {
  /** Strongly consistent. */
  getHealth(key: RowKey): Promise<Health | undefined>;
  /** False where another writer was first. */
  putHealth(health: Health): Promise<boolean>;
  /** Strongly consistent; undefined where it is deleted. */
  getSubscription(companyId: number, subscriptionId: string): Promise<Subscription | undefined>;
  disableSubscription(subscription: Subscription, now: Date): Promise<boolean>;
  findParked(health: Health, now: Date, limit: number): Promise<readonly Hint[]>;
  /** When the timer rang for this sweep. */
  readonly timerAt: Date;
}

/**
 * Writes each row before it releases anything: of two sweeps at once only one releases, and a crash in between
 * costs a minute. Circuits first: a bus that hangs must not keep one from its probe.
 */
export const tendHealth = async (deps: TendDeps, hints: readonly Hint[]): Promise<number> => {
  const releases: Release[] = [];
  const news = await eachGuarded(deps, hints, async (hint) => {
    // Still due, it is the next sweep's first: begun without the time to release, it would lose its minute.
    if (deps.remainingMs() < sweepReserveMs) return undefined;
    const health = await deps.getHealth(hint);
    if (health === undefined) return undefined;
    const release = await tendCircuit(deps, health);
    if (release !== undefined) releases.push(release);
    return health.notices.length > 0 ? hint : undefined;
  });
  await releaseParked(deps, releases);
  return releases.length + (await eachInTurns(deps, news, newsTurn, (hint) => tell(deps, hint)));
};

/** What is to be released now. Undefined where it is not time, or another writer was first. */
const tendCircuit = async (deps: TendDeps, health: Health): Promise<Release | undefined> => {
  const now = deps.now();
  const { tendAt } = health.circuit;
  if (tendAt === undefined || tendAt > now) return undefined;
  const subscription = await deps.getSubscription(health.companyId, health.subscriptionId);
  const { status, maxPerSecond } = subscription ?? {};
  const circuit = status === 'enabled' ? health.circuit : unparking(health.circuit);
  const limit = releasable(circuit, maxPerSecond);
  const parked = await deps.findParked(health, now, limit);
  const next = { ...health, circuit: tended(circuit, parked.length, now, deps.timerAt) };
  if (!(await deps.putHealth(next))) return undefined;
  return {
    hints: parked,
    // What waits for a turn goes at its own pace, however little it is; what waited for the receiver, evenly.
    perMinute: circuit.paced ? limit : parked.length,
    from: now,
    ...(circuit.state === 'open' && { probe: health.revision + 1 }),
  };
};

/** As many rows at once as their calls have room; and time for calls to AWS that hang, each until its last try ends. */
const newsTurn = {
  atOnce: awsCallsAtOnceMax,
  reserveMs: sweepReserveMs + awsTriesMax * (awsConnectTimeoutMs + awsRequestTimeoutMs),
};

/** Publishes what the ATS has yet to be told. Undefined where there is nothing, or it stays pending. */
const tell = async (deps: TendDeps, hint: Hint): Promise<true | undefined> => {
  const health = await deps.getHealth(hint);
  if (health === undefined || health.notices.length === 0) return undefined;
  const subscription = await deps.getSubscription(health.companyId, health.subscriptionId);
  const current: Notice[] = [];
  for (const notice of health.notices) {
    if (await stillHolds(deps, notice, subscription)) current.push(notice);
  }
  const events = current.map((notice) => noticeEvent(health, notice));
  const left = events.length > 0 ? await deps.publish(events) : [];
  const notices = current.filter((_, index) => left.includes(events[index]!));
  if (notices.length === health.notices.length) return undefined;
  return (await deps.putHealth({ ...health, notices })) || undefined;
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
