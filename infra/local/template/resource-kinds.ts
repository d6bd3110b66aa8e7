// The list of emulated resource types. The inert ones are in inert-resources.ts; any other is
// refused by its name.
import { archiveKind, busKind } from './bus-resource.ts';
import { eventInvokeConfigKind } from './event-invoke-config-resource.ts';
import { functionKind } from './function-resource.ts';
import { functionUrlKind } from './function-url-resource.ts';
import { mappingKind } from './mapping-resource.ts';
import { permissionKind } from './permission-resource.ts';
import { queueKind, queuePolicyKind } from './queue-resource.ts';
import type { ResourceKind } from './resource-kind.ts';
import { managedPolicyKind, policyKind, roleKind } from './role-resource.ts';
import { ruleKind } from './rule-resource.ts';
import { globalTableKind, tableKind } from './table-resource.ts';

const kinds: readonly ResourceKind<unknown>[] = [
  archiveKind,
  busKind,
  eventInvokeConfigKind,
  functionKind,
  functionUrlKind,
  globalTableKind,
  managedPolicyKind,
  mappingKind,
  permissionKind,
  policyKind,
  queueKind,
  queuePolicyKind,
  roleKind,
  ruleKind,
  tableKind,
];

export const emulatedKinds: ReadonlyMap<string, ResourceKind<unknown>> = new Map(
  kinds.map((kind) => [kind.type, kind]),
);
