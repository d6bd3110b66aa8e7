// How the tests run: Node 24, one process per file, everything on 127.0.0.1.
import { defineConfig } from 'vitest/config';

const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    pool: 'forks',
    // Twice the cores of the smallest machine: many tests wait for sockets and timers, not for a core.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/local/**'],
          ...patience,
        },
      },
      {
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          globalSetup: ['test/local/support/assembly.ts'],
          ...patience,
        },
      },
    ],
  },
});
