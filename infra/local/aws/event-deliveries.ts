// The way of an event to a rule's targets: tries, waits between them, and the dead letters at the end.
import { randomUUID } from 'node:crypto';
import type { RuleModel, TargetModel } from '../stack-model.ts';
import {
  type DeliverDeps,
  deliverToTarget,
  type FailedTry,
  sendAsRule,
} from './deliver-to-target.ts';
import type { Delivery, EventStore } from './event-store.ts';

/** Milliseconds before the second try; each further wait is twice as long, up to a minute. AWS says only
 *  "exponential back off and jitter". https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html */
const firstWaitMs = 1_000;
const waitMsMax = 60_000;

export interface DeliveriesDeps extends DeliverDeps {
  readonly rules: readonly RuleModel[];
  readonly store: EventStore;
  readonly random: () => number;
  /** Instead of the first wait of a second: for tests. */
  readonly firstWaitMs?: number;
}

interface Place {
  readonly rule: RuleModel;
  readonly target: TargetModel;
}

export interface EventDeliveries {
  /** Returns when each target has the event, or its wait for another try is on the disk, or it is given up. */
  deliver(rule: RuleModel, eventId: string, text: string): Promise<void>;
  close(): void;
}

const exhaustedBy = (
  target: TargetModel,
  delivery: Delivery,
  dueAt: number,
): string | undefined => {
  if (delivery.failures > target.maximumRetryAttempts) return 'MaximumRetryAttempts';
  const ageMs = dueAt - delivery.firstAt;
  return ageMs > target.maximumEventAgeSeconds * 1000 ? 'MaximumEventAgeInSeconds' : undefined;
};

/** Gives an event up: into the target's dead letters with the reason, or away where there are none. */
const giveUp = async (
  deps: DeliveriesDeps,
  { rule, target }: Place,
  delivery: Delivery,
  failed: FailedTry,
  exhausted?: string,
): Promise<void> => {
  const said = `Event ${delivery.eventId} of rule ${rule.name} did not reach ${target.arn} (${failed.code}: ${failed.message})`;
  const unburied =
    target.deadLetterArn === undefined
      ? 'the target has no dead-letter queue'
      : await sendAsRule(deps, rule.arn, target.deadLetterArn, delivery.text, {
          RULE_ARN: rule.arn,
          TARGET_ARN: target.arn,
          ERROR_CODE: failed.code,
          ERROR_MESSAGE: failed.message,
          ...(exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: exhausted }),
          RETRY_ATTEMPTS: String(Math.max(0, delivery.failures - 1)),
        });
  const reason = typeof unburied === 'string' ? unburied : unburied?.message;
  deps.observe({
    kind: 'trouble',
    at: deps.now(),
    text:
      reason === undefined
        ? `${said}: it is in ${target.deadLetterArn}`
        : `${said}: it is dropped, as ${reason}`,
  });
};

/** Starts where the last process stopped: deliveries that waited for another try go on. */
export const eventDeliveries = (deps: DeliveriesDeps): EventDeliveries => {
  const timers = new Set<NodeJS.Timeout>();
  let closed = false;

  const waitMs = (failures: number): number => {
    const full = Math.min((deps.firstWaitMs ?? firstWaitMs) * 2 ** (failures - 1), waitMsMax);
    return full * (0.5 + deps.random() / 2);
  };
  const observeFault = (error: unknown): void =>
    deps.observe({ kind: 'trouble', at: deps.now(), text: `EventBridge failed: ${error}` });
  const later = (place: Place, delivery: Delivery): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!closed) attempt(place, delivery).catch(observeFault);
    }, delivery.dueAt - deps.now());
    timers.add(timer);
  };
  const attempt = async (place: Place, delivery: Delivery): Promise<void> => {
    const { rule, target } = place;
    const failed = await deliverToTarget(deps, rule, target.arn, delivery.text);
    if (closed) return;
    if (failed === undefined) {
      const { eventId } = delivery;
      const routed = { at: deps.now(), eventId, rule: rule.name, targetArn: target.arn };
      deps.observe({ kind: 'event-routed', ...routed });
    } else {
      const tried = { ...delivery, failures: delivery.failures + 1 };
      const dueAt = deps.now() + waitMs(tried.failures);
      const exhausted = failed.retriable ? exhaustedBy(target, tried, dueAt) : undefined;
      if (failed.retriable && exhausted === undefined) {
        const waiting = { ...tried, dueAt };
        deps.store.saveDelivery(waiting);
        later(place, waiting);
        return;
      }
      await giveUp(deps, place, tried, failed, exhausted);
    }
    if (delivery.failures > 0) deps.store.dropDelivery(delivery.id);
  };

  for (const delivery of deps.store.deliveries()) {
    const rule = deps.rules.find(({ arn }) => arn === delivery.ruleArn);
    const target = rule?.targets.find(({ id }) => id === delivery.targetId);
    if (rule === undefined || target === undefined) deps.store.dropDelivery(delivery.id);
    else later({ rule, target }, delivery);
  }

  return {
    deliver: async (rule, eventId, text) => {
      for (const target of rule.targets) {
        const at = deps.now();
        await attempt(
          { rule, target },
          {
            id: randomUUID(),
            ruleArn: rule.arn,
            targetId: target.id,
            eventId,
            text,
            firstAt: at,
            failures: 0,
            dueAt: at,
          },
        );
      }
    },
    close: () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
