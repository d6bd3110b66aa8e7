// The local endpoint in a process of its own, for tests that kill it.
// Arguments: the data folder; `yes` where every delivery of a rule fails for now.
import { startAwsEndpoint } from '../../../infra/local/aws/start-aws-endpoint.ts';
import { smallStack } from './small-stack.ts';

const [, , dataFolder, failDeliveries] = process.argv;
if (dataFolder === undefined) throw new Error('Say which data folder.');
const endpoint = await startAwsEndpoint({
  stack: smallStack(),
  port: 0,
  dataFolder,
  authorize: () => ({ allowed: true }),
  observe: () => undefined,
  targetRetryMs: 500,
  hook: {
    before: ({ principal }) =>
      failDeliveries === 'yes' && principal.kind === 'service'
        ? { status: 503, body: { __type: 'ServiceUnavailable' } }
        : undefined,
  },
});
process.stdout.write(`${endpoint.url}\n`);
