// Requests nobody would send in good faith: each is answered, none with a fault.
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createApp } from '../../../functions/admin/app.ts';
import { createHandler } from '../../../functions/admin/handler.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { functionUrlEvent } from '../../support/function-url-event.ts';
import { hostileRequestOf } from '../../support/hostile-requests.ts';
import { createHostileWorld, hostileIds, ofAnotherCompany } from './hostile-world.ts';

const requests = process.env.RAPPEL_FULL ? 10_000 : 1_000;

/** Of one world: the next begins anew, or all would soon meet a company that is deleted. */
const together = 20;

it(`answers ${requests} hostile requests with no fault, no stack, no secret, and nothing of another company`, async () => {
  const seen = new Map<number, number>();
  const some = fc.array(hostileRequestOf({ ids: hostileIds, url: 'https://hooks.example.com' }), {
    minLength: together,
    maxLength: together,
  });

  await fc.assert(
    fc.asyncProperty(some, async (requestsOfOne) => {
      const { deps, lines } = await createHostileWorld();
      const handler = createHandler(createApp(deps, adminRoutes));
      for (const { method, path, body, ...parts } of requestsOfOne) {
        const given = { ...parts, ...(body !== undefined && { body }) };
        const answer = await handler(functionUrlEvent(method, path, given));
        const { statusCode, body: text } = answer as { statusCode: number; body: string };

        seen.set(statusCode, (seen.get(statusCode) ?? 0) + 1);
        expect(statusCode).toBeGreaterThanOrEqual(200);
        expect(statusCode).toBeLessThan(500);
        expect(text).not.toMatch(/\bat .*\.ts:\d/);
        expect(statusCode >= 300 && text.includes('whsec_')).toBe(false);
        expect(text).not.toMatch(/whsk_/);
        if (!path.includes('999')) expect(text).not.toContain(ofAnotherCompany);
      }
      expect(lines.filter(({ event }) => event !== 'admin.called')).toEqual([]);
    }),
    { numRuns: requests / together },
  );

  // The requests were not all refused at the door.
  const served = [200, 201, 202, 204].map((status) => seen.get(status) ?? 0);
  expect(Math.min(...served)).toBeGreaterThan(0);
  expect(served.reduce((one, other) => one + other)).toBeGreaterThan(requests / 20);
}, 120_000);
