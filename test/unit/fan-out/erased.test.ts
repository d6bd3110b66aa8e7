// An event of somebody who was erased: stored, found out, stripped, and sent to nobody.
import { describe, expect, it } from 'vitest';
import { fanOut, sampleEvent, subscription } from './fan-out-setup.ts';

const event = sampleEvent('candidate.moved');
const erased = { isErased: async () => true };

describe('an event of an erased candidate or company', () => {
  it('is stripped of what was stored, and reaches nobody', async () => {
    const to = [subscription(0), subscription(1, { status: 'paused' })];

    const { calls, messages, held } = await fanOut(event, to, erased);

    expect(calls.slice(0, 3)).toEqual(['store evt_1', 'list', 'erase evt_1']);
    expect([messages, held]).toEqual([[], []]);
  });

  it('is logged as erased, by its ids alone', async () => {
    const { lines } = await fanOut(event, [subscription(0)], erased);

    expect(lines[0]).toEqual({
      event: 'event.erased',
      eventId: 'evt_1',
      eventType: 'candidate.moved',
      companyId: 318,
    });
  });

  it('takes the hire along that derives from it', async () => {
    const { calls, messages } = await fanOut(event, [subscription(0)], erased);

    expect(calls).toContain('erase evt_1_hired');
    expect(messages).toEqual([]);
  });
});

describe('an event whose candidate is erased while its renderings are stored', () => {
  it('is erased again, with what was stored since, and goes to nobody', async () => {
    const answers = [false, true];
    const thin = subscription(0, { payload: 'thin' });

    const { calls, messages } = await fanOut(sampleEvent('candidate.archived'), [thin], {
      isErased: async () => answers.shift() ?? true,
    });

    expect(calls).toEqual(['store evt_1', 'list', 'thin@1 evt_1', 'erase evt_1']);
    expect(messages).toEqual([]);
  });
});
