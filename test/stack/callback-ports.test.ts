// The ports that a stack opens to callbacks reach both functions that judge URLs, and open nothing but themselves.
import { describe, expect, it } from 'vitest';
import { callbackAllowListOf } from '../../infra/callback-ports.ts';
import { checkUrl, parseAllowList } from '../../shared/address-guard.ts';
import { resourcesOf, synthesizeTemplate } from '../support/synthesize-template.ts';

const listsOf = (callbackPorts?: readonly number[]): Record<string, string | undefined> => {
  const template = synthesizeTemplate(callbackPorts && { callbackPorts });
  return Object.fromEntries(
    Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).map(([id, { Properties }]) => [
      id.replace(/Function[0-9A-F]{8}$/, ''),
      Properties.Environment.Variables.CALLBACK_ALLOW_LIST,
    ]),
  );
};

describe('the stack', () => {
  it('opens no port beside 443 unless it is told to', () => {
    expect(listsOf()).toEqual({ Admin: '', Deliver: '', FanOut: undefined, Sweep: undefined });
  });

  it('gives the ports of its property to admin and to deliver alike', () => {
    const list = 'https://*:8443,https://*:4443';

    expect(listsOf([8443, 4443])).toMatchObject({ Admin: list, Deliver: list });
  });
});

describe('an opened port', () => {
  const rules = parseAllowList(callbackAllowListOf([8443]));
  const judge = (url: string) => {
    const checked = checkUrl(url, rules);
    return checked.ok ? `passed, ${checked.reach}` : checked.reason;
  };

  it.each(['https://hooks.example.com/x', 'https://hooks.example.com:8443/x'])(
    'lets %s pass',
    (url) => {
      expect(judge(url)).toBe('passed, public');
    },
  );

  it.each([
    ['https://hooks.example.com:8444/', 'must use port 443 or 8443'],
    ['http://hooks.example.com:8443/', 'must start with "https://"'],
    ['https://93.184.216.34:8443/', 'an IP address is not accepted'],
    ['https://127.0.0.1:8443/', 'an IP address is not accepted'],
    ['https://[::1]:8443/', 'an IP address is not accepted'],
    ['https://169.254.169.254:8443/', 'an IP address is not accepted'],
    ['https://localhost:8443/', 'must have a full host name'],
    ['https://metadata.google.internal:8443/', '".internal" is not public'],
    ['https://user@hooks.example.com:8443/', 'a user name or a password'],
  ])('lets %s pass no more than before', (url, reason) => {
    expect(judge(url)).toContain(reason);
  });

  it('opens no origin of this machine, and so no address that is not public', () => {
    expect(rules.loopbackOrigins).toEqual([]);
  });
});

describe('a list of ports', () => {
  it.each([
    [[0], 'callbackPorts[0] is 0; a port is a whole number from 1 to 65535'],
    [[8443, 65_536], 'callbackPorts[1] is 65536; a port is a whole number'],
    [[-1], 'callbackPorts[0] is -1; a port is a whole number'],
    [[84.43], 'callbackPorts[0] is 84.43; a port is a whole number'],
    [[Number.NaN], 'callbackPorts[0] is NaN; a port is a whole number'],
    [[8443, 443], 'callbackPorts[1] is 443; that port is always open: leave it out'],
    [[8443, 4443, 8443], 'callbackPorts[2] is 8443; it is there twice: leave one out'],
  ])('%j stops the synthesis with a sentence', (ports, sentence) => {
    expect(() => synthesizeTemplate({ callbackPorts: ports })).toThrow(sentence);
  });

  it('at its limits is taken as the guard reads it', () => {
    const { publicPorts } = parseAllowList(callbackAllowListOf([1, 65_535]));

    expect([...publicPorts]).toEqual(['443', '1', '65535']);
  });
});
