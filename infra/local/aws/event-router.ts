// The buses: each event goes to the archives and the rules whose patterns take it.
import { compilePattern } from '../../../shared/event-pattern.ts';
import type { ArchiveModel, Observe, RuleModel, StackModel } from '../stack-model.ts';
import type { EventDeliveries } from './event-deliveries.ts';
import { type BusEvent, busNameOf } from './event-entry.ts';
import type { EventStore } from './event-store.ts';

type Matches = (event: string) => boolean;

export interface EventRouter {
  /** Returns when the event is archived, and with every target or in its dead letters or waiting on the disk. */
  accept(event: BusEvent): Promise<void>;
  /** Sends an archived event to a bus again, marked with the replay's name. Empty `ruleArns` means all rules. */
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

const compile = (pattern: unknown, owner: string): Matches => {
  try {
    return compilePattern(pattern as Parameters<typeof compilePattern>[0]);
  } catch (error) {
    throw new Error(`${owner}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
};

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
    { id, text }: { readonly id: string; readonly text: string },
    takesPart: (rule: RuleModel) => boolean,
  ): Promise<void> => {
    for (const each of rules) {
      if (each.busName !== busName || !takesPart(each.rule) || !each.matches(text)) continue;
      await deliveries.deliver(each.rule, id, text);
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
        const said = `Event ${id} was put to bus ${busName}, which does not exist: it is gone, as it would be on AWS.`;
        observe({ kind: 'trouble', at: now(), text: said });
        return;
      }
      for (const each of archives) {
        if (each.busName === busName && each.matches(text)) {
          store.archive(each.archive.name, { id, at, text });
        }
      }
      await route(busName, event, () => true);
    },
    replay: (busName, { id, text }, replayName, ruleArns) => {
      const marked = `${text.slice(0, -1)},"replay-name":${JSON.stringify(replayName)}}`;
      return route(
        busName,
        { id, text: marked },
        (rule) => ruleArns.length === 0 || ruleArns.includes(rule.arn),
      );
    },
  };
};
