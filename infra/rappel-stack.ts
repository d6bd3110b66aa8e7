// The whole system as one stack. It composes the constructs beside it and creates no resource but the bus.
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { eventTypes, routedEventTypes } from '../shared/event-types.ts';
import { archiveDays, subscriptionsPerCompanyMax } from '../shared/limits.ts';
import { AdminUrl } from './admin-url.ts';
import { Alarms } from './alarms.ts';
import { bundleFunctions } from './bundle.ts';
import { callbackAllowListOf } from './callback-ports.ts';
import { Deliver } from './deliver.ts';
import { EventRoute } from './event-route.ts';
import { FanOut } from './fan-out.ts';
import { SchemaRegistry } from './schema-registry.ts';
import { Sweep } from './sweep.ts';
import { Tables } from './tables.ts';
import { Unrouted } from './unrouted.ts';

export interface RappelStackProps extends StackProps {
  /** The bus that the ATS publishes to. @default a bus of its own, with an archive of seven days */
  readonly eventBus?: IEventBus;
  /** `Source` of the ATS's events. @default 'ats' */
  readonly source?: string;
  /** How many calls of a function one queue may cause at once. @default 2 a type queue, 50 the fast lane, 10 the slow */
  readonly concurrency?: {
    readonly fanOutPerType?: number;
    readonly fastLane?: number;
    readonly slowLane?: number;
  };
  /** How long to wait after each failed attempt, before a jitter of a fifth. @default nine waits, over about 75 hours */
  readonly retryDelays?: readonly Duration[];
  /** Subscriptions that one company may have: 1 to 1000. @default 100 */
  readonly subscriptionsPerCompany?: number;
  /** Ports beside 443 that callbacks may go to, of public hosts and by https alone: for every company. @default none */
  readonly callbackPorts?: readonly number[];
  /** Publish the events' schemas to an EventBridge schema registry. @default false */
  readonly schemaRegistry?: boolean;
}

export class RappelStack extends Stack {
  constructor(scope: Construct, id: string, props: RappelStackProps = {}) {
    super(scope, id, props);
    const source = props.source ?? 'ats';
    const bus = props.eventBus ?? this.ownBus();
    const callbackAllowList = callbackAllowListOf(props.callbackPorts);
    const bundles = bundleFunctions();

    const tables = new Tables(this, 'Tables');
    const alarms = new Alarms(this, 'Alarms');
    const deliver = new Deliver(this, 'Deliver', {
      bundle: bundles.deliver,
      tables,
      callbackAllowList,
      alarms,
      concurrency: {
        fast: props.concurrency?.fastLane ?? 50,
        slow: props.concurrency?.slowLane ?? 10,
      },
      ...(props.retryDelays && { retryDelays: props.retryDelays }),
    });
    new Sweep(this, 'Sweep', {
      bundle: bundles.sweep,
      tables,
      slowQueue: deliver.slowLane.queue,
      bus,
      alarms,
    });
    const fanOut = new FanOut(this, 'FanOut', {
      bundle: bundles['fan-out'],
      tables,
      deliveryQueue: deliver.fastLane.queue,
      alarms,
    });
    const routes = routedEventTypes.map(
      (eventType) =>
        new EventRoute(this, eventType, {
          bus,
          source,
          eventType,
          fanOut: fanOut.function,
          concurrency: props.concurrency?.fanOutPerType ?? 2,
          alarms,
        }),
    );
    const unrouted = new Unrouted(this, 'Unrouted', {
      bus,
      source,
      ownBus: props.eventBus === undefined,
      routes,
      alarms,
    });
    new AdminUrl(this, 'Admin', {
      bundle: bundles.admin,
      tables,
      bus,
      source,
      deliveryQueue: deliver.fastLane.queue,
      guarded: [...routes, deliver.fastLane, deliver.slowLane],
      unrouted,
      callbackAllowList,
      subscriptionsPerCompany: props.subscriptionsPerCompany ?? subscriptionsPerCompanyMax,
      alarms,
    });
    if (props.schemaRegistry) {
      new SchemaRegistry(this, 'Schemas', { source, entries: Object.values(eventTypes) });
    }

    new CfnOutput(this, 'EventBusName', { value: bus.eventBusName });
  }

  private ownBus(): EventBus {
    const bus = new EventBus(this, 'Bus', { eventBusName: `${this.stackName}-events` });
    bus.archive('Archive', {
      archiveName: `${this.stackName}-archive`,
      description: `Every event of the last ${archiveDays} days, for replay.`,
      eventPattern: { account: [this.account] },
      retention: Duration.days(archiveDays),
    });
    return bus;
  }
}
