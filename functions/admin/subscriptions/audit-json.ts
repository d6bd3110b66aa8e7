// One change of a subscription, as the admin API shows it.
import * as z from 'zod';
import type { AuditEntry } from '../../../shared/audit-table.ts';

export const auditJson = z.strictObject({
  at: z.iso.datetime(),
  action: z.enum(['created', 'changed', 'deleted', 'disabled', 'secret-rotated']),
  caller: z.string().describe('An ARN, as IAM knows who called; or `rappel`.'),
  fields: z.array(z.string()).describe('What changed, by name; never a value.'),
});

export const auditToJson = ({
  at,
  action,
  caller,
  fields,
}: AuditEntry): z.output<typeof auditJson> => ({
  at: at.toISOString(),
  action,
  caller,
  fields: [...fields],
});
