// What JSON and its encoding let pass in silence, and the admin API does not.
import { describe, expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { createHandler } from '../../../functions/admin/handler.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { functionUrlEvent } from '../../support/function-url-event.ts';
import { createMemoryWorld } from '../../support/memory-subscriptions.ts';
import { callApp } from './call-app.ts';

const collection = '/v1/companies/318/subscriptions';
const app = createApp(createMemoryWorld().deps, adminRoutes);

describe('a body', () => {
  it.each([
    ['event_types', '{"url":"https://hooks.example.com/a","event_types":["*"],"event_types":[]}'],
    [
      'headers.x-a',
      '{"url":"https://hooks.example.com/a","event_types":["*"],"headers":{"x-a":"1","x-a":"2"}}',
    ],
  ])('that says %s twice is refused: readers differ on which counts', async (path, body) => {
    const { status, json } = await callApp(app, 'POST', collection, body);

    expect(status).toBe(400);
    expect(json.errors).toEqual([{ path, message: 'is there twice; a key may be there once' }]);
  });

  it.each([
    ['__proto__', '{"url":"https://hooks.example.com/a","event_types":["*"],"__proto__":{}}'],
    [
      'headers.__proto__',
      '{"url":"https://hooks.example.com/a","event_types":["*"],"headers":{"\\u005f_proto__":"a","x-b":"1"}}',
    ],
  ])('that has %s is refused: nothing of a body is passed over in silence', async (path, body) => {
    const { status, json } = await callApp(app, 'POST', collection, body);

    expect(status).toBe(400);
    expect(json.errors).toEqual([{ path, message: 'is no name that is taken here' }]);
  });
});

describe('a body at the Function URL', () => {
  const bodyWith = (description: string | Buffer): Buffer =>
    Buffer.concat([
      Buffer.from('{"url":"https://hooks.example.com/b","event_types":["*"],"description":"'),
      Buffer.from(description),
      Buffer.from('"}'),
    ]);
  const post = async (parts: { body: string; isBase64Encoded: boolean }) => {
    const answer = await createHandler(app)({ ...functionUrlEvent('POST', collection), ...parts });
    const { statusCode, body } = answer as { statusCode: number; body: string };
    return { statusCode, json: JSON.parse(body) };
  };
  const latin1 = bodyWith(Buffer.from('Verlaine à Paris', 'latin1'));

  it.each([
    ['in base64', 'must be JSON in UTF-8', latin1.toString('base64'), true],
    ['as text', 'must be UTF-8: it holds U+FFFD', latin1.toString('utf8'), false],
  ])(
    'that is not UTF-8, and comes %s, is refused with the reason',
    async (_, reason, body, isBase64Encoded) => {
      const { statusCode, json } = await post({ body, isBase64Encoded });

      expect(statusCode).toBe(400);
      expect(json.errors).toEqual([{ path: 'body', message: expect.stringContaining(reason) }]);
    },
  );

  it('may say the replacement character by its escape', async () => {
    const body = bodyWith(String.raw`\ufffd`).toString();

    const { statusCode, json } = await post({ body, isBase64Encoded: false });

    expect(statusCode).toBe(201);
    expect(json.description).toBe('\ufffd');
  });
});
