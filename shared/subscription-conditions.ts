// What a subscription's settings ask of an event: each an event pattern over the callback's full body, compiled once.
import type { ReadEvent } from './event-pattern/collect-event.ts';
import type { Work } from './event-pattern/work.ts';
import { compileFilter } from './event-pattern.ts';
import type { SubscriptionOption } from './event-types/define-event-type.ts';
import { type EventTypeName, eventTypes } from './event-types.ts';
import type { ObjectId, Subscription } from './subscription.ts';

/** In the order in which they are looked at. */
export type ConditionName = 'vacancy_ids' | 'column_ids' | 'hired_only' | 'filter';

interface SettingPattern {
  readonly name: ConditionName;
  /** JSON text, or the value. */
  readonly pattern: unknown;
}

export interface Condition extends SettingPattern {
  /** The settings of a type's entry concern that type alone: listings do not hold back an event without one. */
  concerns(type: EventTypeName): boolean;
  /** @throws UnmatchableEventError where `work` is used up, or the body is no event */
  isMetBy(body: ReadEvent, work?: Work): boolean;
}

/**
 * The patterns that a subscription's settings stand for, its own filter last. Either kind of id will do, wherever the
 * event has it: in `data`, where one key may have one or the other, or in `ids`.
 */
export const settingPatterns = (subscription: Subscription): SettingPattern[] => {
  const { vacancyIds, columnIds, hiredOnly, filter } = subscription;
  const hired: SettingPattern = {
    name: 'hired_only',
    pattern: { data: { column: { hired: [true] } } },
  };
  return [
    ...(vacancyIds
      ? [{ name: 'vacancy_ids', pattern: namesOneOf('vacancy', vacancyIds) } as const]
      : []),
    ...(columnIds
      ? [{ name: 'column_ids', pattern: namesOneOf('column', columnIds) } as const]
      : []),
    ...(hiredOnly ? [hired] : []),
    ...(filter === undefined ? [] : [{ name: 'filter', pattern: filter } as const]),
  ];
};

/** Also where the event has the object's encoded id alone, as all do in `data`, or its plain id alone. */
const namesOneOf = (object: 'vacancy' | 'column', ids: readonly ObjectId[]) => ({
  $or: [
    { data: { [`${object}_id`]: ids } },
    { data: { [object]: { id: ids } } },
    { ids: { [object]: { plain: ids } } },
    { ids: { [object]: { encoded: ids } } },
  ],
});

/** @throws InvalidPatternError for a stored filter that is none: creation refuses them */
export const compileConditions = (subscription: Subscription): Condition[] =>
  settingPatterns(subscription).map((setting) => ({
    ...setting,
    concerns: (type) => setting.name === 'filter' || isOptionOf(type, setting.name),
    isMetBy: compileFilter(setting.pattern),
  }));

/** Whether a setting means anything for a type. */
export const isOptionOf = (type: EventTypeName, option: SubscriptionOption): boolean =>
  eventTypes[type].options.includes(option);
