// EventBridge put together: its store, its rules and targets, its replays and its schedules.
import type { FunctionEngine, StackModel } from '../stack-model.ts';
import type { AwsService } from './aws-call.ts';
import { type DeliveriesDeps, eventDeliveries } from './event-deliveries.ts';
import { eventReplays } from './event-replays.ts';
import { eventRouter } from './event-router.ts';
import { rateMs, startSchedules } from './event-schedules.ts';
import { openEventStore } from './event-store.ts';
import { eventsService } from './events-service.ts';

const dayMs = 86_400_000;

export interface EventBridgeOptions
  extends Omit<DeliveriesDeps, 'stack' | 'rules' | 'store' | 'functions'> {
  readonly stack: StackModel;
  /** Keeps archives, replays and waiting deliveries; without it they end with the process. */
  readonly folder?: string;
  readonly scheduleSeconds?: number;
}

export interface EventBridge extends AwsService {
  /** Gives rules their function targets, and starts the schedules. */
  useFunctions(functions: FunctionEngine): void;
}

/** Throws on an invalid pattern and on a schedule that it does not run; then nothing stays open. */
export const startEventBridge = (options: EventBridgeOptions): EventBridge => {
  const { stack, observe, now } = options;
  const { region, accountId, rules } = stack;
  for (const rule of rules) if (rule.scheduleExpression !== undefined) rateMs(rule);
  const store = openEventStore(options.folder);
  for (const { name, retentionDays } of stack.archives) {
    if (retentionDays > 0) store.forgetBefore(name, now() - retentionDays * dayMs);
  }
  let functions: FunctionEngine | undefined;
  let schedules: ReturnType<typeof startSchedules> | undefined;
  const deliveries = eventDeliveries({ ...options, rules, store, functions: () => functions });

  try {
    const router = eventRouter({ stack, store, deliveries, observe, now });
    const replays = eventReplays({ stack, store, router, now });
    const service = eventsService({ region, accountId, now, stack, store, router, replays });
    const { scheduleSeconds: every } = options;
    const clock = { region, accountId, now, deliveries };
    return {
      ...service,
      useFunctions: (engine) => {
        functions = engine;
        schedules ??= startSchedules(
          { ...clock, ...(every === undefined ? {} : { everyMs: every * 1000 }) },
          rules,
        );
      },
      close: async () => {
        schedules?.close();
        deliveries.close();
        await replays.close();
        store.close();
      },
    };
  } catch (error) {
    deliveries.close();
    store.close();
    throw error;
  }
};
