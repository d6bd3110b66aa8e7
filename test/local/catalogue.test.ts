// The catalogue over real wires: the samples, published by the publisher, arrive with the bytes that are documented.
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogLine } from '../../infra/local/console.ts';
import { sampleBytes, sampleCallback, sampleDetail } from '../../shared/event-types/samples.ts';
import { thinData } from '../../shared/event-types/thin-data.ts';
import { type EventTypeName, eventTypes, routedEventTypes } from '../../shared/event-types.ts';
import { renderVariant } from '../../shared/event-variant.ts';
import { type NewEvent, publishEvents } from '../../shared/publish.ts';
import { startTestStack, type TestStack } from './support/local-stack.ts';
import { startTestReceiver, type TestReceiver } from './support/test-receiver.ts';

let stack: TestStack;

/** Ends fan-out's worker before it stores an event's other rendering, once. */
let endsBeforeRendering = false;

beforeAll(async () => {
  stack = await startTestStack({
    fastRedrive: true,
    hook: {
      before: async ({ operation, input }) => {
        const part = (input.Item as { sk?: { S?: string } } | undefined)?.sk?.S ?? '';
        if (!endsBeforeRendering || operation !== 'PutItem' || !part.startsWith('variant#')) return;
        endsBeforeRendering = false;
        const fanOut = stack.model.functions.find(({ logicalId }) =>
          logicalId.startsWith('FanOut'),
        )!;
        await stack.functions.endWorkers(fanOut.name);
      },
    },
  });
});

afterAll(async () => {
  await stack?.close();
});

const deps = () => ({
  eventBridge: stack.eventBridge,
  busName: String(stack.model.outputs.EventBusName),
});

/** The sample as the ATS's own code would say it: its data are checked when it is published. */
const newEvent = (type: (typeof routedEventTypes)[number]): NewEvent => {
  const { id, timestamp, company_id: companyId, data } = sampleCallback(type);
  return { id, type, timestamp: new Date(timestamp), companyId, data } as unknown as NewEvent;
};

const thinBytes = (type: EventTypeName): Uint8Array => {
  const { id, timestamp, company_id: companyId, data } = sampleCallback(type);
  return renderVariant({ id, type, timestamp, companyId, data }, 'thin@1');
};

/** Patience is for each callback, not for all: a busy machine takes its time over fifty. */
const arrivals = async (receiver: TestReceiver, count: number): Promise<void> => {
  for (let arrived = 1; arrived <= count; arrived += 1) await receiver.waitFor(arrived);
};

const texts = (bodies: readonly Uint8Array[]): string[] =>
  bodies.map((body) => Buffer.from(body).toString('utf8')).toSorted();

const receivers: TestReceiver[] = [];

/** A receiver with a subscription of these settings. */
const receive = async (settings: object, company = 318): Promise<TestReceiver> => {
  const receiver = await startTestReceiver();
  receivers.push(receiver);
  const body = { url: receiver.url, event_types: ['*'], ...settings };
  const answer = await stack.callAdmin('POST', `/v1/companies/${company}/subscriptions`, body);
  expect(answer.status).toBe(201);
  return receiver;
};

afterAll(() => Promise.all(receivers.map((receiver) => receiver.close())));

describe('the samples, published', () => {
  const allTypes = Object.keys(eventTypes) as EventTypeName[];

  it('reach each subscription as it asked for them, and the hire of the move with them', async () => {
    const full = await receive({});
    const thin = await receive({ payload: 'thin' });
    const vacancies = await receive({ filter: { type: [{ prefix: 'vacancy.' }] } });
    const column = await receive({
      event_types: ['candidate.moved', 'candidate.hired', 'candidate.archived', 'member.added'],
      column_ids: ['n8PdJ4sYc6GxR2Vw'],
    });

    const { accepted, refused } = await publishEvents(deps(), routedEventTypes.map(newEvent));

    expect(refused).toEqual([]);
    expect(accepted.length).toBe(routedEventTypes.length);
    const expected: [TestReceiver, Uint8Array[]][] = [
      [full, allTypes.map(sampleBytes)],
      [thin, allTypes.map(thinBytes)],
      [vacancies, allTypes.filter((type) => type.startsWith('vacancy.')).map(sampleBytes)],
      [
        column,
        ['candidate.moved', 'candidate.hired', 'member.added'].map((type) =>
          sampleBytes(type as EventTypeName),
        ),
      ],
    ];
    // All wait before any is looked at: what should not have come has had the time to.
    await Promise.all(expected.map(([receiver, bodies]) => arrivals(receiver, bodies.length)));
    for (const [receiver, bodies] of expected) {
      expect(texts(receiver.callbacks.map(({ body }) => body))).toEqual(texts(bodies));
    }
  });
});

describe('a worker that dies between an event and its rendering', () => {
  it('keeps no subscription from what it asked for, once the event comes again', async () => {
    const [full, thin] = [await receive({}, 319), await receive({ payload: 'thin' }, 319)];

    endsBeforeRendering = true;
    const id = await stack.publish('member.added', { company_id: 319 });
    await Promise.all([full.waitFor(1), thin.waitFor(1)]);

    expect(endsBeforeRendering).toBe(false);
    const [whole, ids] = [full, thin].map(({ callbacks }) =>
      JSON.parse(String(callbacks[0]!.body)),
    );
    expect(whole).toEqual({ ...sampleCallback('member.added'), id, company_id: 319 });
    expect(ids).toEqual({ ...whole, data: thinData('member.added', whole.data) });
  });
});

describe('invalid events, published', () => {
  const nested = (levels: number): unknown => (levels === 0 ? 1 : { a: nested(levels - 1) });

  it('are refused with their paths, and only the valid one among them arrives', async () => {
    const receiver = await receive({}, 320);
    const member = { ...newEvent('member.added'), companyId: 320 };
    const invalid: [object, string, RegExp][] = [
      [{ companyId: undefined }, 'company_id', /^is missing$/],
      [{ data: { ...member.data, user_id: 7 } }, 'data.user_id', /^must be a string/],
      [{ data: { ...member.data, extra: 'x'.repeat(300_000) } }, '', /^is 30\d{4} bytes/],
      [{ data: { ...member.data, extra: nested(200) } }, 'data.extra.a.a', /deeper than 100/],
      [{ data: { ...member.data, user_id: '\ud83d' } }, 'data.user_id', /lone surrogate/],
    ];
    const events = invalid.map(([change], n) => ({ ...member, id: `evt_bad_${n}`, ...change }));

    const { accepted, refused } = await publishEvents(deps(), [
      ...(events as NewEvent[]),
      { ...member, id: 'evt_good' } as NewEvent,
    ]);

    expect(accepted.map(({ id }) => id)).toEqual(['evt_good']);
    expect(refused.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    for (const [n, [, path, problem]] of invalid.entries()) {
      expect(refused[n]!.problems[0]).toEqual({
        path: path === '' ? '' : expect.stringContaining(path),
        problem: expect.stringMatching(problem),
      });
    }
    await receiver.waitFor(1);
    expect(receiver.callbacks.map(({ headers }) => headers['webhook-id'])).toEqual(['evt_good']);
  });
});

describe('raw text on the bus', () => {
  const put = (type: EventTypeName, detail: string) => {
    const EventBusName = stack.model.outputs.EventBusName;
    const Entries = [{ EventBusName, Source: 'ats', DetailType: type, Detail: detail }];
    return stack.eventBridge.send(new PutEventsCommand({ Entries }));
  };

  const detailOf = (type: EventTypeName, change: object = {}): string =>
    JSON.stringify({ ...sampleDetail(type), ...change });

  const deep = `${'{"a":'.repeat(200)}1${'}'.repeat(200)}`;

  it.each([
    [
      'candidate.created',
      'that says a key twice',
      detailOf('candidate.created').replace('"data":', '"company_id":319,"data":'),
      'detail.company_id: is there twice; a key may be there once',
    ],
    [
      'candidate.archived',
      'with a lone surrogate',
      detailOf('candidate.archived', { data: { name: '\ud83d' } }),
      'detail.data.name: holds a lone surrogate, half a character; send whole ones',
    ],
    [
      'comment.created',
      'nested 200 deep',
      detailOf('comment.created', { data: { a: 0 } }).replace(':0}', `:${deep}}`),
      /^detail\.data\.a\.a\.[a.]+: is nested deeper than 101 levels$/,
    ],
    [
      'message.sent',
      'of 300 KB',
      detailOf('message.sent', { data: { text: 'x'.repeat(300_000) } }),
      /^detail: 300\d\d\d bytes; at most 262144 are taken$/,
    ],
    [
      'member.added',
      'without a company',
      detailOf('member.added', { company_id: undefined }),
      'detail.company_id: is missing',
    ],
    [
      'candidate.moved',
      'whose company is a text',
      detailOf('candidate.moved', { company_id: '318' }),
      'detail.company_id: must be a number',
    ],
    [
      'task.created',
      'whose data are a list',
      detailOf('task.created', { data: [] }),
      'detail.data: must be an object',
    ],
  ] as [EventTypeName, string, string, string | RegExp][])(
    '(%s) %s is kept with its reason, which names the path',
    async (type, _, detail, reason) => {
      await put(type, detail);
      const [letter, ...others] = await stack.messagesOf(`${type.replace('.', '-')}-dead`);

      expect(others).toEqual([]);
      expect(letter!.attributes.code).toMatch(/^(INVALID_EVENT|EVENT_TOO_LARGE)$/);
      if (typeof reason === 'string') expect(letter!.attributes.reason).toBe(reason);
      else expect(letter!.attributes.reason).toMatch(reason);
      expect(JSON.parse(letter!.body)['detail-type']).toBe(type);
    },
  );

  it('whose data deviate is delivered as it is, and the path is logged', async () => {
    const receiver = await receive({}, 321);
    const { data } = sampleDetail('vacancy.updated');
    const odd = { ...data, vacancy_id: 7720, hue: null };

    await put('vacancy.updated', detailOf('vacancy.updated', { company_id: 321, data: odd }));
    await receiver.waitFor(1);

    expect(JSON.parse(String(receiver.callbacks[0]!.body)).data).toEqual(odd);
    const deviations = () =>
      stack.observations
        .flatMap((seen) => (seen.kind === 'log' ? [readLogLine(seen.line)] : []))
        .filter((line) => line?.event === 'event.deviates');
    await expect.poll(deviations).toMatchObject([{ paths: 'data.vacancy_id, data.hue' }]);
  });

  it('that begins with a byte order mark is refused by the bus: it is not JSON', async () => {
    const { FailedEntryCount, Entries } = await put(
      'vacancy.created',
      `\ufeff${detailOf('vacancy.created')}`,
    );

    expect(FailedEntryCount).toBe(1);
    expect(Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }]);
  });
});
