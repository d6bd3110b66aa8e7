// What local mode changes of a function's environment.
import { expect, it } from 'vitest';
import { overridesOf } from '../../../infra/local/overrides-of.ts';

const wanted = { CALLBACK_ALLOW_LIST: 'http://127.0.0.1:*', RETRY_DELAYS_MS: '1' };

it('a function gets new values of the variables that the template gives it, and no other', () => {
  const environment = { RETRY_DELAYS_MS: '5000', EVENTS_TABLE: 'events' };

  expect(overridesOf({ environment }, wanted)).toEqual({ RETRY_DELAYS_MS: '1' });
});

it('the ports that the stack opens stay open beside this machine', () => {
  const of = (list: string) => overridesOf({ environment: { CALLBACK_ALLOW_LIST: list } }, wanted);

  expect(of('')).toEqual({ CALLBACK_ALLOW_LIST: 'http://127.0.0.1:*' });
  expect(of('https://*:8443')).toEqual({
    CALLBACK_ALLOW_LIST: 'https://*:8443,http://127.0.0.1:*',
  });
});
