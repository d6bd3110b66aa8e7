// A template with other times: what takes three minutes on AWS, for tests that cannot wait so long.

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Edit = (template: unknown) => Template;

/** Lets fan-out run for so many seconds, and hides what its queues gave out for as long. */
export const shortenFanOut =
  (seconds: number): Edit =>
  (template) =>
    editResources(template, (id, { Type }) => {
      if (Type === 'AWS::Lambda::Function' && id.startsWith('FanOut')) return { Timeout: seconds };
      const isRoute = Type === 'AWS::SQS::Queue' && id.includes('RouteQueue');
      return isRoute ? { VisibilityTimeout: seconds } : {};
    });

/** Makes a message a dead letter when it is received once more than so often. */
export const limitReceives =
  (maxReceiveCount: number): Edit =>
  (template) =>
    editResources(template, (_, { Properties }) => {
      const redrive = Properties?.RedrivePolicy;
      return redrive ? { RedrivePolicy: { ...redrive, maxReceiveCount } } : {};
    });

const editResources = (
  template: unknown,
  edit: (logicalId: string, resource: Resource) => Readonly<Record<string, unknown>>,
): Template => {
  const { Resources, ...rest } = template as Template;
  const edited = Object.entries(Resources).map(([id, resource]) => [
    id,
    { ...resource, Properties: { ...resource.Properties, ...edit(id, resource) } },
  ]);
  return { ...rest, Resources: Object.fromEntries(edited) };
};
