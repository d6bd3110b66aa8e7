// The buses: each event goes to the archives and the rules whose patterns take it.
import { compilePattern } from '../../../shared/event-pattern.ts';
import type { ArchiveModel, Observe, RuleModel, StackModel } from '../stack-model.ts';
import { StartError } from '../start-error.ts';
import type { EventDeliveries } from './event-deliveries.ts';
import { type BusEvent, busNameOf } from './event-entry.ts';
import type { EventStore } from './event-store.ts';

/** The event as text: whole, and with an empty detail. */
interface EventText {
  readonly text: string;
  readonly head: string;
}

type Matches = (event: EventText) => boolean;

export interface EventRouter {
  /** Returns when the event is archived, and with every target or in its dead letters or waiting on
   *  the disk. */
  accept(event: BusEvent): Promise<void>;
  /** Sends an archived event to a bus again, marked with the replay's name. Empty `ruleArns` means
   *  all rules. */
  replay(
    busName: string,
    event: { readonly id: string; readonly text: string },
    replayName: string,
    ruleArns: readonly string[],
  ): Promise<void>;
}

export interface RouterDeps {
  readonly stack: Pick<StackModel, 'buses' | 'rules' | 'archives'>;
  readonly store: EventStore;
  readonly deliveries: EventDeliveries;
  readonly observe: Observe;
  readonly now: () => number;
}

/** Most patterns look at the source and the type only. They are spared the detail, which may be 1
 *  MB. */
const compile = (pattern: unknown, owner: string): Matches => {
  try {
    const matches = compilePattern(pattern);
    const keys = typeof pattern === 'object' ? Object.keys(pattern ?? {}) : ['detail'];
    const looksIntoDetail = keys.includes('detail') || keys.includes('$or');
    return looksIntoDetail ? ({ text }) => matches(text) : ({ head }) => matches(head);
  } catch (error) {
    throw new StartError(`${owner}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
};

const readable = (text: string): EventText => ({
  text,
  head: JSON.stringify({ ...JSON.parse(text), detail: {} }),
});

const compiledRules = (rules: readonly RuleModel[]) =>
  rules
    .filter((rule) => rule.enabled && rule.eventPattern !== undefined)
    .map((rule) => ({
      rule,
      busName: busNameOf(rule.busName),
      matches: compile(rule.eventPattern, `Rule ${rule.name}`),
    }));

const compiledArchives = (archives: readonly ArchiveModel[]) =>
  archives.map((archive) => ({
    archive,
    busName: busNameOf(archive.busArn),
    matches:
      archive.eventPattern === undefined
        ? () => true
        : compile(archive.eventPattern, `Archive ${archive.name}`),
  }));

/** Throws where a pattern of the stack is invalid, with the rule's name. */
export const eventRouter = (deps: RouterDeps): EventRouter => {
  const { stack, store, deliveries, observe, now } = deps;
  const rules = compiledRules(stack.rules);
  const archives = compiledArchives(stack.archives);
  const busNames = new Set(['default', ...stack.buses.map(({ name }) => name)]);

  const route = async (
    busName: string,
    id: string,
    event: EventText,
    takesPart: (rule: RuleModel) => boolean,
  ): Promise<void> => {
    for (const each of rules) {
      if (each.busName !== busName || !takesPart(each.rule) || !each.matches(event)) continue;
      await deliveries.deliver(each.rule, id, event.text);
    }
  };

  return {
    accept: async (event) => {
      const { id, busName, text, at, detailType, source, detailId } = event;
      observe({
        kind: 'event-put',
        at,
        eventId: id,
        detailType,
        source,
        ...(detailId === undefined ? {} : { id: detailId }),
      });
      if (!busNames.has(busName)) {
        const said =
          `Event ${id} was put to bus ${busName}, which does not exist: ` +
          'it is gone, as it would be on AWS.';
        observe({ kind: 'trouble', at: now(), text: said });
        return;
      }
      const whole = readable(text);
      for (const each of archives) {
        if (each.busName === busName && each.matches(whole)) {
          store.archive(each.archive.name, { id, at, text });
        }
      }
      await route(busName, id, whole, () => true);
    },
    replay: (busName, { id, text }, replayName, ruleArns) => {
      const marked = `${text.slice(0, -1)},"replay-name":${JSON.stringify(replayName)}}`;
      return route(
        busName,
        id,
        readable(marked),
        (rule) => ruleArns.length === 0 || ruleArns.includes(rule.arn),
      );
    },
  };
};
