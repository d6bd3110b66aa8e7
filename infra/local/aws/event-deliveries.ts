// The way of an event to a rule's targets: tries, waits between them, and the dead letters at the
// end.
import { randomUUID } from 'node:crypto';
import type { RuleModel, TargetModel } from '../stack-model.ts';
import {
  type DeliverDeps,
  deliverToTarget,
  type FailedTry,
  sendAsRule,
} from './deliver-to-target.ts';
import type { Delivery, EventStore } from './event-store.ts';

/** Milliseconds before the second try; each further wait is twice as long, up to a minute. AWS says
 *  only "exponential back off and jitter".
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const firstWaitMs = 1_000;
const waitMsMax = 60_000;

export interface DeliveriesDeps extends DeliverDeps {
  readonly rules: readonly RuleModel[];
  readonly store: EventStore;
  readonly random: () => number;
  /** Instead of the first wait of a second: for tests. */
  readonly firstWaitMs?: number;
}

export interface EventDeliveries {
  /** Returns when each target has the event, or its wait for another try is on the disk, or it is
   *  given up. */
  deliver(rule: RuleModel, eventId: string, text: string): Promise<void>;
  close(): void;
}

interface Place {
  readonly rule: RuleModel;
  readonly target: TargetModel;
}

/** Starts another try when the delivery is due. */
type Later = (place: Place, delivery: Delivery) => void;

const waitMs = (deps: DeliveriesDeps, failures: number): number => {
  const full = Math.min((deps.firstWaitMs ?? firstWaitMs) * 2 ** (failures - 1), waitMsMax);
  return full * (0.5 + deps.random() / 2);
};

const exhaustedBy = (target: TargetModel, delivery: Delivery): string | undefined => {
  if (delivery.failures > target.maximumRetryAttempts) return 'MaximumRetryAttempts';
  const ageMs = delivery.dueAt - delivery.firstAt;
  return ageMs > target.maximumEventAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
};

/** Puts a given-up event into the target's dead letters, with AWS's attributes. Returns why it
 *  could not.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
const bury = async (
  deps: DeliveriesDeps,
  { rule, target }: Place,
  { text, failures }: Delivery,
  failed: FailedTry,
  exhausted?: string,
): Promise<string | undefined> => {
  if (target.deadLetterArn === undefined) return 'the target has no dead-letter queue';
  const unburied = await sendAsRule(deps, rule.arn, target.deadLetterArn, text, {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: failed.code,
    ERROR_MESSAGE: failed.message,
    ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
    RETRY_ATTEMPTS: String(failures - 1),
  });
  return unburied?.message;
};

const giveUp = async (
  deps: DeliveriesDeps,
  place: Place,
  delivery: Delivery,
  failed: FailedTry,
  exhausted?: string,
): Promise<void> => {
  const { rule, target } = place;
  const unburied = await bury(deps, place, delivery, failed, exhausted);
  const end =
    unburied === undefined ? `is in ${target.deadLetterArn}` : `is dropped, as ${unburied}`;
  const text =
    `Event ${delivery.eventId} of rule ${rule.name} did not reach ${target.arn} ` +
    `(${failed.code}: ${failed.message}): it ${end}`;
  deps.observe({ kind: 'trouble', at: deps.now(), text });
};

const observeRouted = (
  { observe, now }: DeliveriesDeps,
  { rule, target }: Place,
  { eventId }: Delivery,
): void =>
  observe({ kind: 'event-routed', at: now(), eventId, rule: rule.name, targetArn: target.arn });

/** Tries once. What is to be tried again is on the disk before this returns. */
const attempt = async (
  deps: DeliveriesDeps,
  place: Place,
  delivery: Delivery,
  later: Later,
): Promise<void> => {
  const failed = await deliverToTarget(deps, place.rule, place.target.arn, delivery.text);
  if (failed === undefined) observeRouted(deps, place, delivery);
  else {
    const failures = delivery.failures + 1;
    const tried = { ...delivery, failures, dueAt: deps.now() + waitMs(deps, failures) };
    const exhausted = failed.retriable ? exhaustedBy(place.target, tried) : undefined;
    if (failed.retriable && exhausted === undefined) {
      deps.store.saveDelivery(tried);
      later(place, tried);
      return;
    }
    await giveUp(deps, place, tried, failed, exhausted);
  }
  if (delivery.failures > 0) deps.store.dropDelivery(delivery.id);
};

const placeOf = (rules: readonly RuleModel[], delivery: Delivery): Place | undefined => {
  const rule = rules.find(({ arn }) => arn === delivery.ruleArn);
  const target = rule?.targets.find(({ id }) => id === delivery.targetId);
  return rule && target && { rule, target };
};

/** Starts where the last process stopped: deliveries that waited for another try go on. */
export const eventDeliveries = (deps: DeliveriesDeps): EventDeliveries => {
  const timers = new Set<NodeJS.Timeout>();
  const observeFault = (error: unknown): void =>
    deps.observe({ kind: 'trouble', at: deps.now(), text: `EventBridge failed: ${error}` });
  const later: Later = (place, delivery) => {
    const timer = setTimeout(
      () => {
        timers.delete(timer);
        attempt(deps, place, delivery, later).catch(observeFault);
      },
      Math.max(0, delivery.dueAt - deps.now()),
    );
    timers.add(timer);
  };

  for (const delivery of deps.store.deliveries()) {
    const place = placeOf(deps.rules, delivery);
    if (place === undefined) deps.store.dropDelivery(delivery.id);
    else later(place, delivery);
  }
  return {
    deliver: async (rule, eventId, text) => {
      const firstAt = deps.now();
      for (const target of rule.targets) {
        const ids = { id: randomUUID(), ruleArn: rule.arn, targetId: target.id, eventId };
        const delivery = { ...ids, text, firstAt, failures: 0, dueAt: firstAt };
        await attempt(deps, { rule, target }, delivery, later);
      }
    },
    close: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
