// The outer shape of a CloudFormation template: its sections and its resources, none of them
// resolved yet.
import * as z from 'zod';
import { type Refusal, TemplateError } from './template-error.ts';

const values = z.record(z.string(), z.unknown());

const resource = z.strictObject({
  Type: z.string(),
  Properties: values.default({}),
  DependsOn: z.union([z.string().transform((id) => [id]), z.array(z.string())]).default([]),
  Condition: z.string().optional(),
  // Of deploying, updating and deleting: nothing of it happens here.
  Metadata: z.unknown().optional(),
  CreationPolicy: z.unknown().optional(),
  DeletionPolicy: z.unknown().optional(),
  UpdatePolicy: z.unknown().optional(),
  UpdateReplacePolicy: z.unknown().optional(),
});

const parameter = z.looseObject({
  Type: z.string(),
  Default: z.union([z.string(), z.number()]).optional(),
});

const output = z.looseObject({ Value: z.unknown(), Condition: z.string().optional() });

const template = z.strictObject({
  AWSTemplateFormatVersion: z.unknown().optional(),
  Description: z.unknown().optional(),
  Metadata: z.unknown().optional(),
  /** CDK's only rule asks for a bootstrapped account, of which local mode has no need. */
  Rules: z.strictObject({ CheckBootstrapVersion: z.unknown().optional() }).optional(),
  Parameters: z.record(z.string(), parameter).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), values)).default({}),
  Conditions: values.default({}),
  Resources: z.record(z.string(), resource),
  Outputs: z.record(z.string(), output).default({}),
});

export type Template = z.infer<typeof template>;
export type ResourceEntry = z.infer<typeof resource>;
export type ParameterEntry = z.infer<typeof parameter>;

/**
 * Throws TemplateError, naming each place that is not as CloudFormation has it or is not read here.
 */
export const parseTemplate = (value: unknown): Template => {
  const parsed = template.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TemplateError(parsed.error.issues.flatMap(refusalsOf));
};

const refusalsOf = (issue: z.core.$ZodIssue): Refusal[] => {
  const at = (path: readonly PropertyKey[], why: string): Refusal => {
    const [section = 'template', id, ...rest] = path.map(String);
    return {
      logicalId: id ?? section,
      type: id === undefined ? 'section' : section,
      ...(rest.length > 0 && { property: rest.join('.') }),
      why,
    };
  };
  return issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => at([...issue.path, key], 'local mode does not know this.'))
    : [at(issue.path, issue.message)];
};
