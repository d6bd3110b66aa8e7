// The audit of subscriptions, through the app: who changed what, for how long it is told.
import { beforeEach, describe, expect, it } from 'vitest';
import { collection, createSubscribedApp } from './subscribed-app.ts';

let { world, call, subscribe, rowOf } = createSubscribedApp();
beforeEach(() => {
  ({ world, call, subscribe, rowOf } = createSubscribedApp());
});

describe('the audit', () => {
  it('tells who changed what by name, newest first, and never a value', async () => {
    const { path, id } = await subscribe();
    world.clock += 1_000;
    await call('PATCH', path, {
      url: 'https://hooks.example.com/secret-path',
      headers: { authorization: 'secret-value' },
    });
    world.clock += 1_000;
    const row = rowOf(id);
    await world.deps.replaceSubscription({
      ...row,
      ...{ status: 'disabled', disabledAt: new Date(world.clock), revision: row.revision + 1 },
    });
    world.clock += 1_000;
    await call('PATCH', path, { status: 'enabled' });
    world.clock += 1_000;
    await call('DELETE', path);

    const { json, text } = await call('GET', `${path}/audit`);

    const caller = 'arn:aws:iam::000000000000:user/ats';
    expect(json.changes).toMatchObject([
      { action: 'deleted', caller, fields: [] },
      { action: 'changed', caller, fields: ['status'] },
      { action: 'disabled', caller: 'rappel', fields: ['status'] },
      { action: 'changed', caller, fields: ['url', 'headers'] },
      { action: 'created', caller, fields: [] },
    ]);
    expect(text).not.toContain('secret');
  });

  it('comes in pages, and outlives the subscription and the next one in its slot', async () => {
    const { path, id } = await subscribe();
    for (const description of ['a', 'b', 'c']) {
      world.clock += 1_000;
      await call('PATCH', path, { description });
    }
    await call('DELETE', path);
    const next = await subscribe();

    const seen: string[] = [];
    let cursor = '';
    do {
      const { json } = await call('GET', `${path}/audit?limit=2${cursor}`);
      seen.push(...json.changes.map(({ action }: { action: string }) => action));
      cursor = json.next_cursor === null ? '' : `&cursor=${json.next_cursor}`;
    } while (cursor !== '');

    expect(next.id.slice(0, 7)).toBe(id.slice(0, 7));
    expect(seen).toEqual(['deleted', 'changed', 'changed', 'changed', 'created']);
  });

  it('of nothing there is not found', async () => {
    const { id } = await subscribe();

    const answers = [
      await call('GET', `/v1/companies/319/subscriptions/${id}/audit`),
      await call('GET', `${collection}/sub_00099999999999999999999/audit`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
  });
});
