// Whether a subscription wants an event; and for a customer who asks why no callback came, what kept it out.
import type { AtsEvent } from './event.ts';
import { explainPattern, type FailedCondition } from './event-pattern/explain-pattern.ts';
import { filterWork } from './event-pattern/work.ts';
import { fullBodiesOf, fullBodyFor } from './event-variant.ts';
import type { Subscription } from './subscription.ts';
import {
  type Condition,
  type ConditionName,
  compileConditions,
  isOptionOf,
  settingPatterns,
} from './subscription-conditions.ts';

/** `created_later`: than the event was first stored. The others are named for the setting that kept the event out. */
export type Obstacle =
  | 'event_types'
  | 'deleted'
  | 'created_later'
  | 'include_private_comments'
  | ConditionName;

export type Explanation =
  | { readonly wanted: true }
  | {
      readonly wanted: false;
      /** The first one met: there may be others behind it. */
      readonly obstacle: Obstacle;
      /** Of settings that are patterns: the places, and what the setting takes there. Otherwise empty. */
      readonly failed: readonly FailedCondition[];
    };

/**
 * Whether an event, first stored at `storedAt`, is a subscription's; if not, why. A paused or disabled one wants its
 * events too: they are held for it.
 * @throws InvalidPatternError for a stored filter that is none · UnmatchableEventError
 */
export const explain = (
  subscription: Subscription,
  event: AtsEvent,
  storedAt: Date,
): Explanation => {
  const obstacle = findObstacle(subscription, compileConditions, event, storedAt);
  if (obstacle === undefined) return { wanted: true };
  const setting = settingPatterns(subscription).find(({ name }) => name === obstacle);
  const failed =
    setting === undefined
      ? []
      : explainPattern(setting.pattern, fullBodyFor(subscription, event), filterWork()).failed;
  return { wanted: false, obstacle, failed };
};

/**
 * What keeps an event from a subscription; undefined where it wants it. `conditionsOf` compiles the subscription's
 * settings, or has them compiled already; it is asked only if they decide. `bodyFor` is for who asks for many
 * subscriptions; `work` is what all the settings together may cost.
 */
export const findObstacle = (
  subscription: Subscription,
  conditionsOf: (subscription: Subscription) => readonly Condition[],
  event: AtsEvent,
  storedAt: Date,
  bodyFor = fullBodiesOf(event),
  work = filterWork(),
): Obstacle | undefined => {
  const { eventTypes, deletedAt, createdAt, includePrivateComments = false } = subscription;
  if (!eventTypes.includes('*') && !eventTypes.includes(event.type)) return 'event_types';
  if (deletedAt !== undefined) return 'deleted';
  if (createdAt > storedAt) return 'created_later';
  if (!includePrivateComments && mayBePrivate(event)) return 'include_private_comments';
  const concerned = conditionsOf(subscription).filter(({ concerns }) => concerns(event.type));
  if (concerned.length === 0) return undefined;
  const body = bodyFor(subscription);
  return concerned.find(({ isMetBy }) => !isMetBy(body, work))?.name;
};

/** A comment that does not say `false` might be private: rather one callback too few than one that tells it. */
const mayBePrivate = ({ type, data }: AtsEvent): boolean =>
  isOptionOf(type, 'include_private_comments') &&
  (data.comment as { private?: unknown } | null | undefined)?.private !== false;
