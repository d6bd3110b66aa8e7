// The world of the model: tables, queues, a receiver and true time, in memory; and the laws it watches while it runs.
import type { Delivery, Trigger } from '../../shared/delivery.ts';
import type { Health } from '../../shared/health.ts';
import type { Outcome } from '../../shared/outcome.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Chance } from './chance.ts';
import { ModelQueue } from './queue.ts';
import { ModelStore } from './store.ts';

export type Row = Delivery & { readonly wakeAt?: Date };

/** What the receiver of a subscription does. */
export type Mood = 'well' | 'fails' | 'times-out' | 'is-slow' | 'asks-to-wait' | 'gone' | 'aborts';

export const skewMsMax = 5 * 60_000;

export interface Load {
  /** The world's step at which a worker read what it acts on. */
  readonly step: number;
  readonly rows: ReadonlyMap<string, Row | undefined>;
  readonly health: ReadonlyMap<string, Health | undefined>;
  /** Deliveries of which a manual attempt is asked for: it may be made whatever their status, schedule and circuit. */
  readonly manual: ReadonlySet<string>;
}

/** The model's schedule has three waits. */
export const modelDelaysMs = [5_000, 5 * 60_000, 30 * 60_000];
const attemptsOfRound = modelDelaysMs.length + 1;

class Counter {
  private readonly counts = new Map<string, number>();

  of(key: string): number {
    return this.counts.get(key) ?? 0;
  }

  add(key: string): void {
    this.counts.set(key, this.of(key) + 1);
  }

  reset(key: string): void {
    this.counts.delete(key);
  }
}

export class World {
  now = Date.parse('2026-11-24T09:00:00Z');
  step = 0;
  readonly ingress = new ModelQueue();
  readonly fast = new ModelQueue();
  readonly slow = new ModelQueue();
  readonly deliveries = new ModelStore<Row>();
  readonly health = new ModelStore<Health>();
  readonly events = new Map<string, { storedAt: Date; expired: boolean }>();
  readonly subscriptions = new Map<string, Subscription>();
  readonly moods = new Map<string, Mood>();
  readonly buried: string[] = [];
  readonly broken: string[] = [];
  stopped = false;
  readonly toleranceMs: number;

  /** Exhausted deliveries of which the bus has yet to take a word. */
  readonly untold = new Set<string>();

  private readonly endedAtStep = new Map<string, number>();
  private readonly started = new Map<string, number>();
  private readonly probeTimes = new Map<string, number[]>();
  private readonly parkedAttempts = new Map<string, number>();
  private readonly resends = new Counter();
  private readonly manualAttempts = new Counter();
  /** Of the round that is under way. */
  private readonly scheduledAttempts = new Counter();

  /** @param skewed whether some worker's clock may be wrong */
  constructor(skewed: boolean) {
    this.toleranceMs = skewed ? 2 * skewMsMax : 0;
  }

  keyOf(event: string, subscription: string): string {
    return `${event}/${subscription}`;
  }

  law(holds: boolean, sentence: string): void {
    if (!holds) this.broken.push(sentence);
  }

  /** Every write of a delivery's row passes here. */
  writeDelivery(key: string, next: Row): boolean {
    this.step += 1;
    const before = this.deliveries.get(key);
    if (!this.deliveries.put(key, next, this.now)) return false;
    this.watchWrite(key, before, next);
    return true;
  }

  private watchWrite(key: string, before: Row | undefined, next: Row): void {
    this.law(next.attempts >= (before?.attempts ?? 0), `${key}: attempts shrank`);
    this.law(before?.status !== 'erased', `${key}: an erased delivery was written`);
    this.law(!(next.parked && next.wakeAt), `${key}: parked, and due too`);
    this.law(next.attempts <= (this.started.get(key) ?? 0), `${key}: an attempt spent, none made`);
    const waits = next.parked || next.status === 'held' || next.status === 'expired';
    const spent = next.attempts - (before?.attempts ?? 0);
    const last = next.lastAttempts.at(-1);
    const metReceiver = last !== undefined && last.number > (before?.attempts ?? 0);
    this.law(!waits || spent === 0 || metReceiver, `${key}: waiting spent an attempt`);
    if (metReceiver) this.watchTrigger(key, last.trigger);
    if (next.status === 'exhausted' && before?.status !== 'exhausted') {
      const made = this.scheduledAttempts.of(key);
      this.law(made >= attemptsOfRound, `${key}: exhausted after ${made} scheduled attempts`);
    }
    if (next.status !== 'exhausted') this.untold.delete(key);
    else if (before?.status !== 'exhausted') this.untold.add(key);
    if (next.status === 'waiting') this.endedAtStep.delete(key);
    else this.endedAtStep.set(key, this.endedAtStep.get(key) ?? this.step);
  }

  private watchTrigger(key: string, trigger: Trigger): void {
    const counter = trigger === 'manual' ? this.manualAttempts : this.scheduledAttempts;
    counter.add(key);
    const [made, asked] = [this.manualAttempts.of(key), this.resends.of(key)];
    this.law(made <= asked, `${key}: ${made} manual attempts, ${asked} asked for`);
  }

  /** The bus took a notice. */
  tell(event: string, subscription: string): void {
    this.untold.delete(this.keyOf(event, subscription));
  }

  /** A manual attempt is asked for. */
  watchResend(key: string): void {
    this.resends.add(key);
  }

  /** A new round of the schedule begins. */
  watchRound(key: string): void {
    this.scheduledAttempts.reset(key);
  }

  /** The sweep let a delivery through an open circuit, and the next at `at`. */
  watchProbe(subscription: string, at: number): void {
    const times = this.probeTimes.get(subscription) ?? [];
    const last = times.at(-1);
    this.law(last === undefined || at - last >= 60_000, `${subscription}: two probes in a minute`);
    this.probeTimes.set(subscription, [...times, at]);
  }

  /** A circuit that opened anew starts its minutes anew, by the clock of the worker that opened it. */
  watchOpening(subscription: string): void {
    this.probeTimes.set(`${subscription}/ended`, []);
    const total = this.probeCount(subscription);
    this.probeTimes.set(subscription, []);
    this.parkedAttempts.set(
      `${subscription}/allowed`,
      (this.parkedAttempts.get(`${subscription}/allowed`) ?? 0) + total,
    );
  }

  private probeCount(subscription: string): number {
    return this.probeTimes.get(subscription)?.length ?? 0;
  }

  /** A worker is about to call the receiver. */
  watchAttempt(
    delivery: Pick<Delivery, 'eventId' | 'subscriptionId'>,
    load: Load,
    clock: number,
  ): void {
    const subscription = delivery.subscriptionId;
    const key = this.keyOf(delivery.eventId, subscription);
    this.started.set(key, (this.started.get(key) ?? 0) + 1);
    if (load.manual.has(key)) return;
    const ended = this.endedAtStep.get(key);
    this.law(ended === undefined || ended > load.step, `${key}: an attempt after the end`);
    const dueAt = load.rows.get(key)?.dueAt?.getTime();
    this.law(
      dueAt === undefined || clock + this.toleranceMs >= dueAt,
      `${key}: ahead of its schedule`,
    );
    // What a batch read may be older than what it learned since: an attempt is through an open circuit if both are open.
    const known = [load.health.get(subscription), this.health.get(subscription)];
    if (known.some((health) => health === undefined || health.circuit.state === 'closed')) return;
    const made = (this.parkedAttempts.get(subscription) ?? 0) + 1;
    this.parkedAttempts.set(subscription, made);
    const allowed =
      (this.parkedAttempts.get(`${subscription}/allowed`) ?? 0) + this.probeCount(subscription);
    this.law(made <= allowed, `${subscription}: more attempts than probes while open`);
  }

  answer(subscription: string, at: Date, chance: Chance): Outcome {
    const mood = this.moods.get(subscription) ?? 'well';
    const base = { startedAt: at, durationMs: mood === 'is-slow' ? 3_000 : 40 };
    const refused = (status: number, more: object = {}): Outcome => ({
      ...base,
      kind: 'refused',
      errorClass: 'http',
      status,
      bodyExcerpt: '',
      headers: {},
      ...more,
    });
    switch (mood) {
      case 'well':
      case 'is-slow':
        return { ...base, kind: 'accepted', status: 200 };
      case 'fails':
        return chance.oneIn(6) ? { ...base, kind: 'accepted', status: 204 } : refused(500);
      case 'times-out':
        return {
          ...base,
          durationMs: 10_000,
          kind: 'unreachable',
          errorClass: 'timeout',
          reason: '',
        };
      case 'asks-to-wait':
        return refused(503, { retryAfterMs: chance.pick([1_000, 600_000, 3_600_000]) });
      case 'gone':
        return refused(410, { request: 'disable-subscription' });
      case 'aborts':
        return refused(400, { request: 'abort-delivery' });
    }
  }
}
