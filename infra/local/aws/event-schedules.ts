// Schedule rules: `rate(…)` on the default bus, each tick one "Scheduled Event" to the rule's
// targets.
import { randomUUID } from 'node:crypto';
import type { RuleModel } from '../stack-model.ts';
import { StartError } from '../start-error.ts';
import type { EventDeliveries } from './event-deliveries.ts';
import { type EntryDeps, envelopeText } from './event-entry.ts';

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** Milliseconds between two ticks. Throws for `cron(…)`, which is not emulated, and for what AWS
 *  refuses.
 *  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html */
export const rateMs = (rule: Pick<RuleModel, 'name' | 'scheduleExpression'>): number => {
  const match = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(rule.scheduleExpression ?? '');
  const count = Number(match?.[1]);
  if (match === null || (count === 1) === (match[3] === 's')) {
    throw new StartError(
      `Rule ${rule.name} has the schedule ${rule.scheduleExpression}: local mode runs ` +
        'rate(1 minute), rate(5 minutes) and the like, in minutes, hours or days.',
    );
  }
  return count * unitMs[match[2] as keyof typeof unitMs];
};

/** Starts the clocks. The first tick comes after the first period, as on AWS. `everyMs` overrides
 *  every rate. */
export const startSchedules = (
  deps: EntryDeps & { readonly deliveries: EventDeliveries; readonly everyMs?: number },
  rules: readonly RuleModel[],
): { close(): void } => {
  const tick = (rule: RuleModel): void => {
    const id = randomUUID();
    const text = envelopeText(deps, {
      id,
      detailType: 'Scheduled Event',
      source: 'aws.events',
      atMs: deps.now(),
      resources: [rule.arn],
      detail: '{}',
    });
    void deps.deliveries.deliver(rule, id, text);
  };
  const timers = rules
    .filter((rule) => rule.enabled && rule.scheduleExpression !== undefined)
    .map((rule) => setInterval(() => tick(rule), deps.everyMs ?? rateMs(rule)));
  return {
    close: () => {
      for (const timer of timers) clearInterval(timer);
    },
  };
};
