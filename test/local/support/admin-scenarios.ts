// What each operation of the admin API is tried with over the real Function URL: one entry for every route.
import type { CallAdmin } from '../../../infra/admin-client.ts';
import { jobScenarios } from './job-scenarios.ts';
import type { TestStack } from './local-stack.ts';
import { logScenarios } from './log-scenarios.ts';
import { operationsScenarios } from './operations-scenarios.ts';
import { privacyScenarios } from './privacy-scenarios.ts';
import { subscriptionScenarios } from './subscription-scenarios.ts';
import type { TestReceiver } from './test-receiver.ts';

export interface ScenarioWorld {
  readonly stack: TestStack;
  /** Signed, over the wire; every answer is held to the OpenAPI document. */
  readonly call: CallAdmin;
  readonly receiver: TestReceiver;
  /** A company of this scenario's own. */
  readonly companyId: number;
  /** `/v1/companies/…` of that company. */
  readonly company: string;
  /** A subscription to every event type, at a URL of its own. */
  subscribe(settings?: object): Promise<{ readonly id: string; readonly path: string }>;
}

/** Makes the request that its name says, and expects what it is for. Whatever else it may refuse is tried elsewhere. */
export type Scenario = (world: ScenarioWorld) => Promise<void>;

/** By operationId. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  ...subscriptionScenarios,
  ...logScenarios,
  ...jobScenarios,
  ...privacyScenarios,
  ...operationsScenarios,
};
