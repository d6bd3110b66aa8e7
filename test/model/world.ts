// The world of the model: tables, queues, a receiver and true time, in memory; and the laws it watches while it runs.
import type { Delivery, Trigger } from '../../shared/delivery.ts';
import type { Health } from '../../shared/health.ts';
import { batchReadAgeMsMax } from '../../shared/limits.ts';
import type { LogLine } from '../../shared/log.ts';
import { asksToDisable, type Outcome } from '../../shared/outcome.ts';
import type { Subscription } from '../../shared/subscription.ts';
import type { Chance } from './chance.ts';
import { Counter } from './counter.ts';
import { ModelQueue } from './queue.ts';
import { answerOf, type Mood } from './receiver.ts';
import { ModelStore } from './store.ts';

export type Row = Delivery & { readonly wakeAt?: Date };

export const skewMsMax = 5 * 60_000;

export interface Load {
  /** The world's step at which a worker read what it acts on. */
  readonly step: number;
  readonly rows: ReadonlyMap<string, Row | undefined>;
  readonly health: ReadonlyMap<string, Health | undefined>;
  /** Deliveries of which a manual attempt is asked for: it may be made whatever their status, schedule and circuit. */
  readonly manual: ReadonlySet<string>;
}

/** Something after which nobody may be called: when, by true time and by the world's steps. */
interface Change {
  readonly at: number;
  readonly step: number;
}

export interface ModelEvent {
  readonly storedAt: Date;
  expired: boolean;
  /** Its payload is gone: the row stays. */
  erased?: Change;
}

/** The model's schedule has three waits. */
export const modelDelaysMs = [5_000, 5 * 60_000, 30 * 60_000];
const attemptsOfRound = modelDelaysMs.length + 1;

export class World {
  now = Date.parse('2026-11-24T09:00:00Z');
  step = 0;
  readonly ingress = new ModelQueue();
  readonly fast = new ModelQueue();
  readonly slow = new ModelQueue();
  readonly deliveries = new ModelStore<Row>();
  readonly health = new ModelStore<Health>();
  readonly events = new Map<string, ModelEvent>();
  private readonly subscriptionRows = new Map<string, Subscription>();
  readonly moods = new Map<string, Mood>();
  readonly buried: string[] = [];
  readonly broken: string[] = [];
  private stop: Change | undefined;
  readonly toleranceMs: number;

  /** Exhausted deliveries of which the bus has yet to take a word. */
  readonly untold = new Set<string>();

  private readonly ends = new Map<string, Change>();
  /** Since when a subscription is not enabled, or deleted. */
  private readonly pauses = new Map<string, Change>();
  private readonly moves = new Map<string, Change>();
  /** Subscriptions and URLs of theirs that asked to be switched off. */
  private readonly gone = new Set<string>();
  /** Deliveries of which a manual attempt's message was sent twice. */
  private readonly copied = new Set<string>();
  private readonly sleepers: { readonly at: number; readonly wake: () => void }[] = [];
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

  /** Resolves when so much time has passed; it passes once every worker waits for it. */
  pass(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.sleepers.push({ at: this.now + ms, wake: resolve });
    if (this.sleepers.length === 1) setImmediate(() => this.wakeNext());
    return promise;
  }

  private wakeNext(): void {
    this.sleepers.sort((one, other) => one.at - other.at);
    const { at, wake } = this.sleepers.shift()!;
    this.now = Math.max(this.now, at);
    wake();
    if (this.sleepers.length > 0) setImmediate(() => this.wakeNext());
  }

  private change(): Change {
    this.step += 1;
    return { at: this.now, step: this.step };
  }

  get subscriptions(): ReadonlyMap<string, Subscription> {
    return this.subscriptionRows;
  }

  setSubscription(next: Subscription): void {
    const before = this.subscriptionRows.get(next.id);
    const change = this.change();
    this.subscriptionRows.set(next.id, next);
    if (before && before.url !== next.url) this.moves.set(next.id, change);
    if (next.status === 'enabled' && next.deletedAt === undefined) this.pauses.delete(next.id);
    else this.pauses.set(next.id, this.pauses.get(next.id) ?? change);
  }

  get stopped(): boolean {
    return this.stop !== undefined;
  }

  setStopped(stopped: boolean): void {
    this.stop = stopped ? (this.stop ?? this.change()) : undefined;
  }

  erasePayload(id: string): void {
    const event = this.events.get(id)!;
    event.erased ??= this.change();
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
    const event = this.events.get(next.eventId);
    this.law(
      next.status !== 'expired' || event?.expired === true,
      `${key}: expired before its time`,
    );
    this.law(next.status !== 'erased' || event?.erased !== undefined, `${key}: erased unasked`);
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
    if (next.status === 'waiting') this.ends.delete(key);
    else this.ends.set(key, this.ends.get(key) ?? { at: this.now, step: this.step });
    const isHeldByAnswer = metReceiver && next.status === 'held' && before?.status !== 'held';
    if (isHeldByAnswer) this.watchSwitchingOff(next.subscriptionId);
  }

  /** A subscription is taken for one whose receiver asked for its end: the one that it has, or had this moment. */
  watchSwitchingOff(id: string): void {
    const url = this.subscriptions.get(id)?.url;
    const isOwn = this.gone.has(`${id} ${url}`) || this.moves.get(id)?.at === this.now;
    this.law(isOwn || this.pauses.has(id), `${id}: switched off by a receiver that it has left`);
  }

  /** In calm weather each message of a manual attempt comes once, so that none may be taken for a copy. */
  watchLine({ event, eventId, subscriptionId, trigger, status, ...line }: LogLine): void {
    const key = this.keyOf(String(eventId), String(subscriptionId));
    if (this.toleranceMs > 0 || trigger !== 'manual' || this.copied.has(key)) return;
    const isDropped = event === 'delivery.dropped' && line.reason === undefined;
    const isLost = isDropped || (event === 'delivery.attempted' && line.recorded === false);
    this.law(
      !isLost || status === 'erased',
      `${key}: a manual attempt is not made, or not on record`,
    );
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

  /** A manual attempt is asked for, by so many messages. */
  watchResend(key: string, copies: number): void {
    this.resends.add(key);
    if (copies > 1) this.copied.add(key);
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
    url: string,
    load: Load,
    clock: number,
  ): void {
    const subscription = delivery.subscriptionId;
    const key = this.keyOf(delivery.eventId, subscription);
    this.started.set(key, (this.started.get(key) ?? 0) + 1);
    const mayCallAfter = (change: Change | undefined, what: string): void => {
      const isKnown = change !== undefined && change.step <= load.step;
      const isLate = change !== undefined && this.now - change.at > batchReadAgeMsMax;
      this.law(!isKnown && !isLate, `${key}: an attempt after ${what}`);
    };
    mayCallAfter(this.events.get(delivery.eventId)?.erased, 'its erasure');
    mayCallAfter(this.pauses.get(subscription), 'a pause');
    mayCallAfter(this.stop, 'an emergency stop');
    const hasMoved = this.subscriptions.get(subscription)?.url !== url;
    if (hasMoved) mayCallAfter(this.moves.get(subscription), 'a move to another URL');
    if (load.manual.has(key)) return;
    mayCallAfter(this.ends.get(key), 'the end');
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

  answer(subscription: string, url: string, at: Date, chance: Chance): Outcome {
    const outcome = answerOf(this.moods.get(subscription) ?? 'well', at, chance);
    if (asksToDisable(outcome)) this.gone.add(`${subscription} ${url}`);
    return outcome;
  }
}
