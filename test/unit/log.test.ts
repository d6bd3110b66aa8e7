// One JSON line per unit of work.
import { afterEach, expect, it, vi } from 'vitest';
import { errorFields, log } from '../../shared/log.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('writes one line of JSON, with its time, whatever the texts hold', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);

  log({ event: 'event.received', eventId: 'a\nb\u2028', gone: undefined, durationMs: 3 });

  const [line] = write.mock.calls[0] as [string];
  expect(line.indexOf('\n')).toBe(line.length - 1);
  expect(JSON.parse(line)).toEqual({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    event: 'event.received',
    eventId: 'a\nb\u2028',
    durationMs: 3,
  });
});

it.each([
  [new TypeError('wrong'), { errorName: 'TypeError', errorMessage: 'wrong' }],
  ['text', { errorName: 'Unknown', errorMessage: 'text' }],
  [undefined, { errorName: 'Unknown', errorMessage: 'undefined' }],
])('says of an error its name and its message', (error, fields) => {
  expect(errorFields(error)).toEqual(fields);
});
