// Answers that end with their connection: whole where the receiver ends it, and broken off where anything else does.
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type ReceiverOptions, receiveSockets } from '../../fixtures/receivers.ts';
import { open, send, short } from './send-callback-setup.ts';

/** Milliseconds in which what was written arrives. */
const arrivalMs = 30;

const ok = 'HTTP/1.1 200 OK\r\n';

const heads = {
  'without a length': `${ok}\r\n`,
  'of HTTP/1.0': 'HTTP/1.0 200 OK\r\n\r\n',
  'that closes its connection': `${ok}connection: close\r\n\r\n`,
  'of no other encoding than identity': `${ok}transfer-encoding: identity\r\n\r\n`,
  'of server-sent events': `${ok}content-type: text/event-stream\r\n\r\n`,
} as const;

/** Sends to a receiver that treats its socket so; `raw` is the connection itself, beneath TLS where there is any. */
const sendTo = async (
  behave: (socket: Socket, raw: Socket) => void,
  { certificate }: ReceiverOptions = {},
  within?: typeof short,
) => {
  const receiver = await open(
    receiveSockets(
      (socket, index) => socket.once('data', () => behave(socket, receiver.connections[index]!)),
      certificate && { certificate },
    ),
  );
  const scheme = certificate ? 'https' : 'http';
  const outcome = await send(
    `${scheme}://127.0.0.1:${receiver.port}/`,
    within && { timeouts: within },
  );
  return { outcome, connections: receiver.connections };
};

const cases: [string, string, string, ReceiverOptions][] = [
  ...Object.entries(heads).map(([name, head]): (typeof cases)[number] => [name, 'TCP', head, {}]),
  ['without a length', 'TLS', heads['without a length'], { certificate: 'trusted' }],
];

/** Milliseconds: what TLS takes on a busy machine is well within. */
const timeouts = { connectMs: 300, totalMs: 400 };

describe.each(cases)('a success %s, over %s', (_, __, head, options) => {
  it('that drips until the deadline is a time-out', async () => {
    const { outcome, connections } = await sendTo(
      (socket) => {
        socket.write(`${head}a`);
        const timer = setInterval(() => socket.write('a'), 20);
        socket.on('close', () => clearInterval(timer));
      },
      options,
      timeouts,
    );

    expect(outcome).toMatchObject({
      kind: 'unreachable',
      errorClass: 'timeout',
      reason: 'The answer did not end within 0.4 s.',
      status: 200,
    });
    await expect.poll(() => connections[0]!.destroyed).toBe(true);
  });

  it('that hangs until the deadline is a time-out', async () => {
    const { outcome } = await sendTo((socket) => socket.write(head), options, timeouts);

    expect(outcome).toMatchObject({ kind: 'unreachable', errorClass: 'timeout', status: 200 });
  });

  it('is one where the receiver ends it', async () => {
    const { outcome } = await sendTo((socket) => socket.end(`${head}thanks`), options);

    expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
  });

  it('is broken off by a reset', async () => {
    const { outcome } = await sendTo((socket, raw) => {
      socket.write(`${head}a`);
      setTimeout(() => raw.resetAndDestroy(), arrivalMs);
    }, options);

    expect(outcome).toMatchObject({
      kind: 'unreachable',
      errorClass: 'protocol',
      reason: 'The connection was closed in the middle of the answer.',
      status: 200,
    });
  });
});

it.each([
  ['rappel-subscription: disable', 'disable-subscription'],
  ['rappel-delivery: abort', 'abort-delivery'],
])(
  'heeds what the head of an answer asks for, %s, whatever becomes of its body',
  async (header, request) => {
    const head = `${ok}${header}\r\ncontent-length: 9\r\n\r\ncut`;

    const cut = await sendTo((socket) => socket.end(head));
    const hung = await sendTo((socket) => socket.write(head), {}, short);

    const failed = { kind: 'unreachable', status: 200, request };
    expect(cut.outcome).toMatchObject({ ...failed, errorClass: 'protocol' });
    expect(hung.outcome).toMatchObject({ ...failed, errorClass: 'timeout' });
  },
);

it('takes a success that TLS does not end for one: many servers end the connection alone', async () => {
  const { outcome } = await sendTo(
    (socket, raw) => {
      socket.write(`${ok}\r\nthanks`);
      setTimeout(() => raw.destroy(), arrivalMs);
    },
    { certificate: 'trusted' },
  );

  expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
});

it.each([
  ['its length', 'content-length: 2\r\n\r\nok'],
  ['its last chunk', 'transfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'],
])('takes a success that came to %s for whole, whatever ends its connection', async (_, rest) => {
  const { outcome } = await sendTo((socket) =>
    socket.write(`${ok}connection: close\r\n${rest}`, () => socket.resetAndDestroy()),
  );

  expect(outcome).toMatchObject({ kind: 'accepted', status: 200 });
});

it.each([
  ['hangs', () => {}],
  ['is reset', (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), arrivalMs)],
])('takes a failure without a length that %s for one from its status on', async (_, end) => {
  const { outcome } = await sendTo(
    (socket) => {
      socket.write('HTTP/1.1 410 Gone\r\n\r\nno');
      end(socket);
    },
    {},
    short,
  );

  expect(outcome).toMatchObject({
    kind: 'refused',
    status: 410,
    request: 'disable-subscription',
    bodyExcerpt: 'no',
  });
});
