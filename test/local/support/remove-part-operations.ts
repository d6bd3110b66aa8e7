// What operators do with one queue, put there by its owner: each step uses what only it is allowed.
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createAdminClient } from '../../../infra/admin-client.ts';
import { sampleDetail } from '../../../shared/event-types/samples.ts';
import { newHealth } from '../../../shared/health.ts';
import { putHealth } from '../../../shared/health-table.ts';
import { subscriptionIdOf } from '../../../shared/identifiers.ts';
import { region } from './assembly.ts';
import { credentials } from './local-stack.ts';
import { MissingSign, type Run } from './remove-part-run.ts';

const companyId = 318;

/** Dead letters listed, looked at and brought back. @param queue as operators name it: `candidate-moved` */
export const bringBack = (queue: string) => async (run: Run) => {
  const letters = '/v1/operations/dead-letters';
  await send(run, `Rappel-${queue}-dead`);
  await call(run, 'POST', `${letters}/${queue}/peek`, { limit: 1 });
  await call(run, 'POST', `${letters}/${queue}/redrive`, { max_per_second: 1 });
  await call(run, 'POST', `${letters}/${queue}/redrive/cancel`);
  await call(run, 'GET', `${letters}/${queue}/redrives`);
  await call(run, 'GET', letters);
};

/** Events without a rule looked at and put again; those too that the bus could not put. */
export const putAgain = async (run: Run) => {
  const unrouted = '/v1/operations/unrouted';
  for (const [queue, peek] of [
    ['Rappel-unrouted', `${unrouted}/peek`],
    ['Rappel-unrouted-dead', '/v1/operations/dead-letters/unrouted/peek'],
  ] as const) {
    await send(run, queue);
    await call(run, 'POST', peek, { limit: 1 });
    await call(run, 'POST', `${unrouted}/put-again`);
  }
  await call(run, 'GET', '/v1/operations/dead-letters');
};

export const lookForFailing = async (run: Run) => {
  const id = subscriptionIdOf(3, '0'.repeat(20));
  const health = { ...newHealth(companyId, id), failures: 20, failingSince: new Date() };
  const circuit = { state: 'open', tendAt: new Date(Date.now() + 60_000) } as const;
  await putHealth(run.dynamodb, run.model.outputs.DeliveriesTable!, { ...health, circuit });
  await call(run, 'GET', '/v1/operations/failing-subscriptions');
};

const send = async (run: Run, queueName: string): Promise<void> => {
  const sqs = new SQSClient({ endpoint: run.endpointUrl, region, credentials });
  const { url } = run.model.queues.find(({ name }) => name === queueName)!;
  const detail = { ...sampleDetail('candidate.moved'), company_id: companyId };
  const event = { source: 'ats', 'detail-type': 'candidate.moved', detail };
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(event) }));
  sqs.destroy();
};

const call = async (run: Run, method: string, path: string, body = {}): Promise<void> => {
  const callAdmin = createAdminClient(run.adminUrl, region, credentials);
  const answer = await callAdmin(method, path, method === 'POST' ? body : undefined);
  await run.until(() => true);
  if (answer.status >= 300) throw new MissingSign(`the admin URL answers ${answer.status}`);
};
