// A function's environment: all of it right, or no start.
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { ConfigError } from '../../shared/errors.ts';
import { readEnvironment } from '../../shared/read-environment.ts';

const schema = z.object({ RAPPEL_URL: z.url(), RAPPEL_NAME: z.string().min(1) });

afterEach(() => {
  vi.unstubAllEnvs();
});

it('gives what the schema asks for, and nothing else of the environment', () => {
  vi.stubEnv('RAPPEL_URL', 'https://queue.example/');
  vi.stubEnv('RAPPEL_NAME', 'table');
  vi.stubEnv('RAPPEL_OTHER', 'x');

  const environment = readEnvironment(schema);

  expect(environment).toEqual({ RAPPEL_URL: 'https://queue.example/', RAPPEL_NAME: 'table' });
});

it('names every variable that is missing or wrong, and shows no value', () => {
  vi.stubEnv('RAPPEL_URL', 'not-a-url');

  const read = () => readEnvironment(schema);

  expect(read).toThrow(ConfigError);
  expect(read).toThrow(/RAPPEL_URL[\s\S]*RAPPEL_NAME|RAPPEL_NAME[\s\S]*RAPPEL_URL/);
  expect(read).not.toThrow(/not-a-url/);
});
