// What a newcomer may try next: three lines to paste.
import { sampleDetail } from '../../shared/event-types/samples.ts';
import type { RunningStack } from './start-stack.ts';

export const tour = ({ endpointUrl, adminUrl, model }: RunningStack): string => {
  const { id: _, ...sample } = sampleDetail('member.added');
  const entries = JSON.stringify([
    {
      EventBusName: model.outputs.EventBusName,
      Source: 'ats',
      DetailType: 'member.added',
      Detail: JSON.stringify({ id: 'evt_1', ...sample, data: { company: sample.data.company } }),
    },
  ]);
  const account = 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local';
  return `
It stays up; Ctrl-C ends it. Three lines to paste into another terminal (curl 7.75 and the aws command line):

Subscribe, and note the secret:
  curl --aws-sigv4 aws:amz:${model.region}:lambda --user local:local -H 'content-type: application/json' -d '{"url":"http://127.0.0.1:8080/hook","event_types":["*"]}' ${adminUrl}v1/companies/318/subscriptions

Publish:
  ${account} aws events put-events --region ${model.region} --endpoint-url ${endpointUrl} --entries '${entries}'

Look at the deliveries:
  ${account} aws dynamodb scan --region ${model.region} --endpoint-url ${endpointUrl} --table-name ${model.outputs.DeliveriesTable}

What happens, as it happens:
`;
};
