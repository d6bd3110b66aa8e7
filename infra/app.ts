// The CDK app: one stack. `npm run synth` writes its template, `npm run deploy` sends it.
import { App } from 'aws-cdk-lib';
import { RappelStack } from './rappel-stack.ts';

const app = new App();

new RappelStack(app, 'Rappel', {
  description: 'Rappel: outgoing webhooks, from an event bus to signed HTTP callbacks.',
});
