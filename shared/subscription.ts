// A subscription: which events of a company go to which URL.
import type { EventTypeName } from './event-types.ts';

/** `disabled` is Rappel's doing (five days of failures, or the receiver asked), `paused` the company's. */
export type SubscriptionStatus = 'enabled' | 'paused' | 'disabled';

export interface Subscription {
  readonly id: string;
  readonly companyId: number;
  readonly url: string;
  /** `['*']` for every type. */
  readonly eventTypes: readonly (EventTypeName | '*')[];
  readonly status: SubscriptionStatus;
  readonly description?: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Grows with every change; the ETag. */
  readonly revision: number;
  /** Set once it is deleted: the row stays until its slot is taken again. */
  readonly deletedAt?: Date;
}

/** Whether an event of this type, first stored at `storedAt`, is this subscription's. */
export const wantsEvent = (
  subscription: Subscription,
  type: EventTypeName,
  storedAt: Date,
): boolean =>
  subscription.deletedAt === undefined &&
  subscription.createdAt <= storedAt &&
  (subscription.eventTypes.includes('*') || subscription.eventTypes.includes(type));

/** The rendering of an event that a subscription gets: full or thin, and the catalogue version it was made with. */
export const variantOf = (_subscription: Subscription): string => 'full@1';
