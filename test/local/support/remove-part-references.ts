// Takes resources out of a template, and with them everything that refers to them.

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, object>>;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
}

/** Properties without which whatever holds them cannot be: an element of a list, a statement, a resource. */
const requiredProperties: ReadonlySet<string> = new Set([
  ...['EventSourceArn', 'FunctionName', 'TargetFunctionArn', 'Role', 'Roles', 'SourceArn'],
  ...['Arn', 'deadLetterTargetArn', 'Queues', 'Topics', 'PolicyDocument', 'Value'],
  ...['Statement', 'Resource', 'Condition', 'ArnEquals', 'aws:SourceArn'],
]);

const nothing = Symbol('nothing');

/**
 * The template without these resources. A property that refers to one goes too; one that is required takes
 * along what holds it, up to a whole resource, and then what refers to that.
 */
export const removeResources = (template: Template, logicalIds: readonly string[]): Template => {
  const gone = new Set(logicalIds);
  const left = Object.entries(template.Resources).flatMap(([logicalId, resource]) => {
    if (gone.has(logicalId)) return [];
    const rest = withoutReferences(resource, gone);
    if (rest === undefined) gone.add(logicalId);
    return rest === undefined ? [] : [[logicalId, rest] as const];
  });
  const next = { ...template, Resources: Object.fromEntries(left) };
  if (gone.size > logicalIds.length) return removeResources(next, [...gone]);
  const outputs = Object.entries(template.Outputs ?? {}).filter(
    ([, output]) => prune(output, gone) !== nothing,
  );
  return { ...next, Outputs: Object.fromEntries(outputs) };
};

const withoutReferences = (
  { DependsOn = [], Properties, ...resource }: TemplateResource,
  gone: ReadonlySet<string>,
): TemplateResource | undefined => {
  const properties = Properties && prune(Properties, gone);
  if (properties === nothing) return undefined;
  const dependencies = [DependsOn].flat().filter((each) => !gone.has(each));
  return {
    ...resource,
    ...(Properties && { Properties: properties as TemplateResource['Properties'] }),
    ...(dependencies.length > 0 && { DependsOn: dependencies }),
  };
};

/** The value without what refers to something gone; `nothing` where nothing of it can stay. */
const prune = (value: unknown, gone: ReadonlySet<string>): unknown => {
  if (Array.isArray(value)) {
    const left = value.map((each) => prune(each, gone)).filter((each) => each !== nothing);
    return left.length === 0 && value.length > 0 ? nothing : left;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isIntrinsic(value)) return refersTo(value, gone) ? nothing : value;
  const entries = Object.entries(value).map(([name, each]) => [name, prune(each, gone)] as const);
  const left = entries.filter(([, each]) => each !== nothing);
  const lost = entries.filter(([, each]) => each === nothing);
  if (lost.some(([name]) => requiredProperties.has(name))) return nothing;
  return left.length === 0 && lost.length > 0 ? nothing : Object.fromEntries(left);
};

const isIntrinsic = (value: object): boolean => {
  const [name, ...others] = Object.keys(value);
  return others.length === 0 && (name === 'Ref' || name?.startsWith('Fn::') === true);
};

/** By `Ref`, `Fn::GetAtt`, or a placeholder of `Fn::Sub`: anywhere in the value. */
const refersTo = (value: unknown, gone: ReadonlySet<string>): boolean =>
  namesIn(value).some((name) => gone.has(name));

const namesIn = (value: unknown): string[] => {
  if (typeof value === 'string') {
    return [value, ...Array.from(value.matchAll(/\$\{([^.}]+)/g), ([, name]) => name!)];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namesIn);
};
