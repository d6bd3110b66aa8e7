// What a newcomer may try next: three lines to paste, and the same by AWS's own command line.
import { sampleDetail } from '../../shared/event-types/samples.ts';
import type { RunningStack } from './start-stack.ts';

export const tour = ({ endpointUrl, adminUrl, model }: RunningStack): string => {
  const entries = JSON.stringify([
    {
      EventBusName: model.outputs.EventBusName,
      Source: 'ats',
      DetailType: 'member.added',
      Detail: JSON.stringify({ ...sampleDetail('member.added'), id: `evt_${Date.now()}` }),
    },
  ]);
  return `
It stays up; Ctrl-C ends it. Three lines to paste into other terminals:

  npx rappel listen                       subscribes a receiver on this machine, and shows what it gets
  npx rappel publish candidate.created    publishes a sample
  npx rappel show last                    where is my callback?

The same by other means. Subscribe (curl 7.75), and note the secret:
  curl --aws-sigv4 aws:amz:${model.region}:lambda --user local:local -H 'content-type: application/json' -d '{"url":"http://127.0.0.1:8081/hook","event_types":["*"]}' ${adminUrl}v1/companies/318/subscriptions

Publish (aws):
  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local aws events put-events --region ${model.region} --endpoint-url ${endpointUrl} --entries '${entries}'

What happens, as it happens:
`;
};
