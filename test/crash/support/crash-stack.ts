// A stack whose workers can be ended at a point: its calls pass a hook, its callbacks a receiver, and time is in our hands.
import { Webhook } from 'standardwebhooks';
import type { AwsCall } from '../../../infra/local/aws/aws-call.ts';
import { startTestStack, type TestStack } from '../../local/support/local-stack.ts';
import { callerOf, siteOf } from './call-site.ts';
import type { Company } from './company.ts';
import { type CrashReceiver, type ReceivedCallback, startCrashReceiver } from './crash-receiver.ts';
import { rightsUsedBy } from './grants.ts';
import { createLedger, type Ledger } from './ledger.ts';
import type { Fault, Place, Target } from './point.ts';
import { createReaper, gone, type Reaper } from './reaper.ts';
import type { Answer, Scenario } from './scenario.ts';
import { type Traffic, watchTraffic } from './traffic.ts';

/** One run of a scenario, by a company of its own. */
export interface Run {
  readonly scenario: Scenario;
  readonly company: Company;
  /** How often a timer has had to be waited for. */
  waits: number;
  /** Operational events that reached the bus. */
  readonly announced: { type: string; id: string }[];
  /** What no run may show, crash or not. */
  readonly problems: string[];
}

export interface CrashStack extends TestStack, Traffic {
  readonly receiver: CrashReceiver;
  readonly reaper: Reaper;
  readonly ledger: Ledger;
  /** Rights of the three functions that their calls have needed so far. */
  readonly rightsUsed: ReadonlySet<string>;
  begin(run: Run, target?: Target): void;
}

/** Waits of the schedule: two by a delayed message, the third by the due rows. */
const retryDelaysMs = '5000,300000,1800000';

export const startCrashStack = async (): Promise<CrashStack> => {
  let run: Run | undefined;
  const places = new WeakMap<AwsCall, Place>();
  const faults = new WeakMap<AwsCall, Fault>();
  const ledger = createLedger();
  const rightsUsed = new Set<string>();
  const reaper = createReaper(({ functionName, token }) =>
    stack.functions.endWorkers(functionName, token),
  );
  const stack: TestStack = await startTestStack({
    fastRedrive: true,
    // Sweeps are called for, one by one.
    sweepSeconds: 86_400,
    environment: { RETRY_DELAYS_MS: retryDelaysMs },
    hook: {
      before: async (call) => {
        const caller = callerOf(stack.model, call);
        if (caller === undefined) return undefined;
        if (reaper.isDoomed(caller.token)) {
          await reaper.reaped();
          return gone;
        }
        const place = reaper.count(siteOf(stack.model, caller.label, call));
        places.set(call, place);
        for (const right of rightsUsedBy(stack.model, caller.label, call)) rightsUsed.add(right);
        skipDelay(call);
        const fault = reaper.faultAt(place, caller);
        if (fault) faults.set(call, fault);
        if (!reaper.isEnd(place, 'before')) return fault?.before?.(call);
        reaper.doom(caller);
        await reaper.reap(caller);
        return gone;
      },
      after: async (call, answer) => {
        const caller = callerOf(stack.model, call);
        const place = places.get(call);
        if (caller === undefined || place === undefined) return undefined;
        if (answer.status === 200 && run) note(stack, ledger, run, caller.token, call);
        if (reaper.isEnd(place, 'after')) {
          reaper.doom(caller);
          await reaper.reap(caller);
        }
        return faults.get(call)?.after?.(call, answer);
      },
    },
  });
  const deliver = stack.model.functions.find(({ logicalId }) => logicalId.startsWith('Deliver'))!;
  const receiver = await startCrashReceiver(async (callback, respond) => {
    if (run === undefined) throw new Error('a callback came while nothing ran');
    const company = companyOf(run, callback);
    const name = company.nameOf(callback.eventId, callback.to);
    const attempt = ledger.attempts(name) + 1;
    const caller = { functionName: deliver.name, token: ledger.call(name) };
    const place = reaper.count('deliver callback');
    const answer = await answerOf(run, company, callback, attempt);
    if (reaper.isEnd(place, 'before')) {
      reaper.doom(caller);
      await reaper.reap(caller);
    } else if (reaper.isEnd(place, 'after')) {
      reaper.doom(caller);
      await respond(answer);
      await reaper.reap(caller);
    } else {
      await respond(answer);
    }
  });
  const traffic = watchTraffic(stack, () => run?.company.queueUrls ?? []);
  return {
    ...stack,
    ...traffic,
    receiver,
    reaper,
    ledger,
    rightsUsed,
    begin: (next, target) => {
      run = next;
      ledger.begin();
      reaper.begin(target);
    },
    close: async () => {
      await receiver.close();
      await stack.close();
    },
  };
};

/** Time is passed by the test: no message waits in its queue. */
const skipDelay = ({ service, input }: AwsCall): void => {
  if (service !== 'sqs') return;
  for (const entry of (input.Entries ?? []) as { DelaySeconds?: number }[]) {
    if (entry.DelaySeconds !== undefined) entry.DelaySeconds = 0;
  }
};

interface Key {
  readonly pk: { readonly S: string };
  readonly sk: { readonly S: string };
}

/** Keeps the books on what took effect. */
const note = (
  { model }: TestStack,
  ledger: Ledger,
  run: Run,
  token: string,
  { operation, input }: AwsCall,
): void => {
  const table = model.outputs.DeliveriesTable!;
  if (operation === 'BatchGetItem') {
    const requests = input.RequestItems as Record<string, { Keys: Key[] }>;
    const names = (requests[table]?.Keys ?? []).map(({ pk, sk }) => `${pk.S}/${sk.S}`);
    ledger.read(token, names);
  } else if (operation === 'PutItem' && input.TableName === table) {
    const item = input.Item as Key & { attempts?: { N: string } };
    if (item.attempts) {
      ledger.record(token, `${item.pk.S}/${item.sk.S}`, Number(item.attempts.N));
    }
  } else if (operation === 'PutEvents') {
    for (const entry of input.Entries as { DetailType: string; Detail: string }[]) {
      run.announced.push({ type: entry.DetailType, id: JSON.parse(entry.Detail).id });
    }
  }
};

/** The companies of a run have the same subscriptions, and may have events of the same id. */
const companyOf = ({ company }: Run, { body }: ReceivedCallback): Company => {
  const { company_id } = JSON.parse(body) as { company_id: number };
  const { neighbour } = company;
  return neighbour?.id === company_id ? neighbour : company;
};

const answerOf = async (
  { scenario, waits, problems }: Run,
  company: Company,
  { to, eventId, headers, body }: ReceivedCallback,
  attempt: number,
): Promise<Answer> => {
  try {
    new Webhook(company.subscriptions[to]!.secret).verify(body, headers as Record<string, string>);
  } catch (error) {
    problems.push(`a callback to ${to} could not be verified: ${error}`);
  }
  return (await scenario.answer?.({ to, eventId, attempt, waits, company })) ?? { status: 200 };
};
