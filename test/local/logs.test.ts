// What the functions write while they work: lines that name everything and give away nothing, and figures that add up.
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogLine } from '../../infra/local/console.ts';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

let stack: TestStack;
let receiver: TestReceiver;

const well = 901;
const failing = 902;
const nowhere = 903;
const eventsEach = 3;

beforeAll(async () => {
  stack = await startTestStack({
    fastRedrive: true,
    sweepSeconds: 1,
    environment: { RETRY_DELAYS_MS: '100' },
  });
  receiver = await startTestReceiver();
  receiver.answer = (response, { path }) =>
    response.writeHead(path.endsWith(`/${failing}`) ? 500 : 204).end('a word of the receiver');
  const origin = new URL(receiver.url).origin;
  for (const [company, host] of [
    [well, origin],
    [failing, origin],
    [nowhere, 'http://127.0.0.1:1'],
  ] as const) {
    await stack.subscribe(`${host}/a-secret-path/${company}`, ['candidate.created'], company);
    for (let n = 0; n < eventsEach; n += 1) {
      await stack.publish('candidate.created', { company_id: company });
    }
  }
  const queue = stack.model.queues.find(({ name }) => name.endsWith('-candidate-created'))!;
  await stack.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'poison' }));
  await done();
});

afterAll(async () => {
  await receiver?.close();
  await stack?.close();
});

/** Until all deliveries have ended, each batch told its figures, the poison lies in the dead letters, and a sweep has run. */
const done = async (): Promise<void> => {
  const deadline = Date.now() + 30_000;
  const isDone = () => {
    const seen = worded();
    const ended = seen.filter(({ status }) => ['delivered', 'exhausted'].includes(String(status)));
    const attempts = seen.filter(({ event }) => event === 'delivery.attempted');
    const rest = ['event.dead-lettered', 'sweep.done'];
    return (
      ended.length === 3 * eventsEach &&
      valuesOf('AttemptLatency').length === attempts.length &&
      valuesOf('DeadLettered').length > 0 &&
      rest.every((name) => seen.some(({ event }) => event === name))
    );
  };
  while (!isDone()) {
    if (Date.now() > deadline) throw new Error(`not done: ${JSON.stringify(worded())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};

const logged = (): string[] =>
  stack.observations.flatMap((seen) => (seen.kind === 'log' ? [seen.line] : []));

const worded = (): Record<string, unknown>[] =>
  logged()
    .map(readLogLine)
    .filter((fields) => fields !== undefined);

interface Figures {
  readonly _aws: {
    readonly CloudWatchMetrics: readonly [
      {
        readonly Namespace: string;
        readonly Dimensions: readonly [readonly string[]];
        readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
      },
    ];
  };
  readonly [member: string]: unknown;
}

const figures = (): Figures[] =>
  logged()
    .filter((line) => line.startsWith('{"_aws"'))
    .map((line) => JSON.parse(line));

/** All values of one figure, of one outcome if it is given. */
const valuesOf = (name: string, outcome?: string): number[] =>
  figures()
    .filter((line) => line.Outcome === outcome)
    .flatMap((line) => (line[name] ?? []) as number | number[]);

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

describe('every line', () => {
  it('is one JSON object: what happened and when, or figures', () => {
    for (const line of logged()) {
      const fields = JSON.parse(line);
      expect(line).not.toContain('\n');
      if ('_aws' in fields) continue;
      expect(Object.keys(fields).slice(0, 2)).toEqual(['at', 'event']);
      expect(Object.values(fields).every((value) => typeof value !== 'object')).toBe(true);
    }
  });

  it('names ids, numbers and codes: no field beside these', () => {
    const known = new Set(
      (
        'at event eventId eventType companyId subscriptionId deliveries held repeated durationMs ' +
        'status attempts attempt recorded outcome met errorClass nextAttemptAt messageId code reason moved faults oldestDueMs ' +
        'method route caller errorName errorMessage failures circuit'
      ).split(' '),
    );
    const fields = worded().flatMap((line) => Object.keys(line));

    expect([...new Set(fields)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('has nothing of a payload, of a receiver’s words, or of a URL but its host', () => {
    const texts = stringsOf(sampleDetail('candidate.created').data).filter(
      (text) => text.length >= 5,
    );
    const all = logged().join('\n');

    expect(texts.length).toBeGreaterThan(5);
    expect([...texts, 'a-secret-path', 'a word of'].filter((text) => all.includes(text))).toEqual(
      [],
    );
    expect(all).not.toMatch(/https?:\/\/[^/\s"]+\/[^\s"]/);
  });
});

const stringsOf = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : [];
};

it('each attempt is one line, with its ids, number, outcome, error class and milliseconds', () => {
  const attempts = worded().filter(({ event }) => event === 'delivery.attempted');

  // One that is accepted, two that are not, by a schedule of two.
  expect(attempts).toHaveLength(eventsEach * (1 + 2 + 2));
  for (const line of attempts) {
    expect(line).toMatchObject({
      eventId: expect.stringMatching(/^evt_/),
      subscriptionId: expect.stringMatching(/^sub_/),
      companyId: expect.any(Number),
      attempts: expect.any(Number),
      attempt: expect.any(Number),
      outcome: expect.stringMatching(/^(accepted|refused|unreachable)$/),
      durationMs: expect.any(Number),
    });
    const classes = { [well]: undefined, [failing]: 'http', [nowhere]: 'connect' };
    expect(line.errorClass).toBe(classes[line.companyId as keyof typeof classes]);
  }
});

describe('the figures', () => {
  it('are as CloudWatch reads them: in our namespace, by function and outcome, never by company', () => {
    for (const line of figures()) {
      const [directive] = line._aws.CloudWatchMetrics;
      expect(directive.Namespace).toBe('Rappel');
      expect([['Function'], ['Function', 'Outcome']]).toContainEqual(directive.Dimensions[0]);
      for (const dimension of directive.Dimensions[0]) expect(line[dimension]).toBeTypeOf('string');
      for (const { Name } of directive.Metrics) {
        const values = [line[Name]].flat();
        expect(values.length).toBeLessThanOrEqual(100);
        expect(values.every((value) => typeof value === 'number')).toBe(true);
      }
    }
  });

  it('count each attempt, by its outcome', () => {
    expect(sum(valuesOf('Deliveries', 'accepted'))).toBe(eventsEach);
    expect(sum(valuesOf('Deliveries', 'http'))).toBe(2 * eventsEach);
    expect(sum(valuesOf('Deliveries', 'connect'))).toBe(2 * eventsEach);
    expect(valuesOf('AttemptLatency')).toHaveLength(5 * eventsEach);
  });

  it('measure from the bus to the first byte, for what is sent for the first time', () => {
    const measured = valuesOf('PublishToFirstByte');

    // What cannot be connected to is sent no byte.
    expect(measured).toHaveLength(2 * eventsEach);
    expect(measured.every((ms) => ms >= 0 && ms < 20_000)).toBe(true);
  });

  it('count what was dead-lettered, and tell the age of what is due at every sweep', () => {
    const sweeps = worded().filter(({ event }) => event === 'sweep.done');

    expect(sum(valuesOf('DeadLettered'))).toBe(1);
    expect(Math.abs(valuesOf('OldestDueAge').length - sweeps.length)).toBeLessThanOrEqual(1);
    expect(sum(valuesOf('SweepErrors'))).toBe(0);
  });
});
