// The crash scenarios: together they make every outgoing call that fan-out, deliver and the sweep can make.
import { askedScenarios } from './asked-scenarios.ts';
import { deliveryScenarios } from './delivery-scenarios.ts';
import { healthScenarios } from './health-scenarios.ts';
import type { Scenario } from './scenario.ts';

export const scenarios: readonly Scenario[] = [
  ...deliveryScenarios,
  ...healthScenarios,
  ...askedScenarios,
];
