// An admin URL whose answers are a test's, and the file of outputs that names it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { outputsOf } from './run-command.ts';

export interface AdminAnswer {
  readonly status?: number;
  readonly type?: string;
  /** A string as it is, anything else as JSON. */
  readonly body: unknown;
}

/** Answers while this file's tests, or those of the `describe` that calls it, run. Gives the path for `--outputs`. */
export const answerAdmin = (answerTo: (query: URLSearchParams) => AdminAnswer): string => {
  const folder = mkdtempSync(join(tmpdir(), 'rappel-cli-'));
  const file = join(folder, 'outputs.json');
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url!, 'http://admin.invalid');
    const { status = 200, type = 'application/json', body } = answerTo(searchParams);
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    writeFileSync(file, JSON.stringify(outputsOf(`http://127.0.0.1:${port}/`)));
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  return file;
};
