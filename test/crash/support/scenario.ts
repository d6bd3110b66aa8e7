// What a crash scenario is made of: a company's subscriptions, what its receiver answers, what happens, how it must end.
import type { DeliveryStatus } from '../../../shared/delivery.ts';
import type { EventTypeName } from '../../../shared/event-types.ts';
import type { Health } from '../../../shared/health.ts';
import type { Company } from './company.ts';

export interface PlannedSubscription {
  /** Every type, if not given. */
  readonly eventTypes?: readonly string[];
  readonly status?: 'paused' | 'disabled';
  readonly payload?: 'thin';
  readonly maxPerSecond?: number;
  /** What went before. */
  readonly health?: (now: Date) => Partial<Health>;
}

export interface PlannedEvent {
  readonly type: EventTypeName;
  readonly id: string;
  /** Instead of the sample's. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface Asked {
  readonly eventId: string;
  /** The subscription's label. */
  readonly to: string;
  /** By the record: a repeated callback asks for the same attempt. */
  readonly attempt: number;
  /** How often a timer has had to be waited for. */
  readonly waits: number;
  readonly company: Company;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `event>subscription`: its last status, and the callbacks that this takes without a crash; a number, or a range. */
export type ExpectedDeliveries = Readonly<
  Record<string, readonly [DeliveryStatus, number, number?]>
>;

export interface Expected {
  readonly deliveries: ExpectedDeliveries;
  /** Those of a second company with the same subscriptions. There is one where this is given. */
  readonly neighbour?: ExpectedDeliveries;
  /** Nothing is left of the company but its tombstone, and the proof that it was deleted. */
  readonly gone?: true;
  /** Events of which no payload may be left. */
  readonly erased?: readonly string[];
  /** Codes of dead letters, and how many of each. */
  readonly deadLetters?: Readonly<Record<string, number>>;
  /** Types of operational events, and how many different ones of each. */
  readonly announced?: Readonly<Record<string, number>>;
}

export interface Scenario {
  readonly name: string;
  readonly subscriptions: Readonly<Record<string, PlannedSubscription>>;
  /** 200, if not given. */
  readonly answer?: (asked: Asked) => Answer | Promise<Answer>;
  /** After each of them all queues are left to empty themselves; after the last, all timers to end. */
  readonly steps: readonly ((company: Company) => Promise<void>)[];
  /** The same, once no timer is left. */
  readonly afterwards?: readonly ((company: Company) => Promise<void>)[];
  readonly expected: Expected;
}
