// A subscription: which events of a company go to which URL, and what of them.
import { type EventTypeName, eventTypes } from './event-types.ts';
import type { SignatureScheme } from './signing-key.ts';

/** `disabled` is Rappel's doing (five days of failures, or the receiver asked), `paused` the company's. */
export type SubscriptionStatus = 'enabled' | 'paused' | 'disabled';

/** Of a job listing or a column: the plain id, or the encoded one of 16 characters. */
export type ObjectId = number | string;

/** Catalogue versions by event type. A type that is not named: 1. */
export type Versions = Readonly<Partial<Record<EventTypeName, number>>>;

export interface Subscription {
  readonly id: string;
  readonly companyId: number;
  readonly url: string;
  /** `['*']` for every type. */
  readonly eventTypes: readonly (EventTypeName | '*')[];
  /** An EventBridge pattern over the callback's full body, as JSON text. */
  readonly filter?: string;
  /** Only these job listings, of the types that have one. */
  readonly vacancyIds?: readonly ObjectId[];
  /** Only these columns, of the types that come from one. */
  readonly columnIds?: readonly ObjectId[];
  /** Of moves, only those into a column for hires. @default false */
  readonly hiredOnly?: boolean;
  /** @default false */
  readonly includePrivateComments?: boolean;
  /** `thin`: ids and public links only. @default 'full' */
  readonly payload?: 'full' | 'thin';
  /** The catalogue's when it was made: its callbacks keep them. */
  readonly versions?: Versions;
  /** @default 'v1' */
  readonly signature?: SignatureScheme;
  /** Of its custom headers, whose values are in the keys table. */
  readonly headerNames?: readonly string[];
  /** Callbacks a second, at most. */
  readonly maxPerSecond?: number;
  readonly status: SubscriptionStatus;
  readonly description?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change; the ETag. */
  readonly revision: number;
  /** Set once it is deleted: the row stays until its slot is taken again. */
  readonly deletedAt?: Date;
  /** Since when it is `disabled`. */
  readonly disabledAt?: Date;
  /** The last change by a person: it is written with the row, and becomes an audit row before the next one. */
  readonly lastChange?: SubscriptionChange;
}

export interface SubscriptionChange {
  readonly action: 'created' | 'changed' | 'deleted';
  readonly at: Date;
  /** Who asked for it, as IAM knows them. */
  readonly caller: string;
  /** Names of what changed, as the API names it; never a value. */
  readonly fields: readonly string[];
  /** Of this very change: a write that is repeated, since its answer was lost, finds itself. */
  readonly token: string;
}

/** What a subscription made now is pinned to, for the types that it has and those that it may come to have. */
export const currentVersions = (): Versions =>
  Object.fromEntries(
    Object.values(eventTypes)
      .filter(({ version }) => version > 1)
      .map(({ name, version }) => [name, version]),
  );
