// The template that `cdk deploy` would send, in this process: for assertions, and for tables of the real shape.
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import cdk from '../../cdk.json' with { type: 'json' };
import { RappelStack, type RappelStackProps } from '../../infra/rappel-stack.ts';

/** With the context of cdk.json, as the CDK command line gives it. */
export const newApp = (): App => new App({ context: cdk.context, analyticsReporting: false });

export const synthesizeTemplate = (props: RappelStackProps = {}): Template =>
  Template.fromStack(new RappelStack(newApp(), 'Rappel', props));

/** The stack on a bus that the caller has already. */
export const synthesizeOnForeignBus = (props: RappelStackProps = {}): Template => {
  const app = newApp();
  const ats = new Stack(app, 'Ats');
  new EventBus(ats, 'Bus', { eventBusName: 'ats-events' });
  const eventBus = EventBus.fromEventBusName(ats, 'BusByName', 'ats-events');
  return Template.fromStack(new RappelStack(app, 'Rappel', { ...props, eventBus }));
};

/** A template's resource, as the tests read it. */
export interface TemplateResource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: CloudFormation's properties have no types here
  readonly Properties: Record<string, any>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** The resources of a type, by logical id. */
export const resourcesOf = (template: Template, type: string): Record<string, TemplateResource> =>
  template.findResources(type, Match.anyValue()) as Record<string, TemplateResource>;
