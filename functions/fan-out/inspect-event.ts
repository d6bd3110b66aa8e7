// What fan-out looks for in an event's data: fields that must not leave, and what is not as the catalogue says.
import { type AtsEvent, versionOf } from '../../shared/event.ts';
import {
  deviationsFrom,
  findDeviations,
  within,
} from '../../shared/event-types/find-deviations.ts';
import { ids as idsSchema } from '../../shared/event-types/ids.ts';
import { findForbidden, stripForbidden } from '../../shared/event-types/strip-forbidden.ts';
import { eventTypes } from '../../shared/event-types.ts';
import type { Log } from '../../shared/log.ts';
import type { Metrics } from '../../shared/metrics.ts';

export interface InspectDeps {
  readonly metrics: Pick<Metrics, 'count'>;
  log: Log;
}

/**
 * The event without the fields that must not leave; otherwise as it came. What deviates is delivered all the same: a
 * surprising null must not hold back a hire. Both are counted, and logged by path: never a value.
 */
export const inspectEvent = (deps: InspectDeps, event: AtsEvent): AtsEvent => {
  const { data, ids } = event;
  const forbidden = findForbidden({ data, ids });
  if (forbidden.length > 0) {
    deps.metrics.count('ForbiddenFields', forbidden.length);
    deps.log({ event: 'event.forbidden-field', ...nameOf(event), ...pathsOf(forbidden) });
    return inspectEvent(deps, { ...event, ...stripForbidden({ data, ids }) });
  }
  const deviations = deviationsOf(event);
  if (deviations.length > 0) {
    deps.metrics.count('Deviations', deviations.length);
    deps.log({ event: 'event.deviates', ...nameOf(event), ...pathsOf(deviations) });
  }
  return event;
};

/** Data of an earlier version have nothing to be compared with: the catalogue keeps the newest schema only. */
const deviationsOf = (event: AtsEvent): string[] => {
  if (versionOf(event) < eventTypes[event.type].version) return [];
  const inIds = event.ids === undefined ? [] : deviationsFrom(idsSchema, event.ids);
  return [...within('data', findDeviations(event.type, event.data)), ...within('ids', inIds)].map(
    ({ path }) => path,
  );
};

const nameOf = ({ id, type, companyId }: AtsEvent) => ({ eventId: id, eventType: type, companyId });

/** Characters of all paths in one line: the first ones tell the cause. */
const pathsCharactersMax = 1_000;

const pathsOf = (paths: readonly string[]) => ({
  count: paths.length,
  paths: paths.join(', ').slice(0, pathsCharactersMax).toWellFormed(),
});
