// How the tests run: on Node 24, everything on 127.0.0.1; the whole-stack tests in a process per file.
import { defineConfig } from 'vitest/config';

const patience = { testTimeout: 30_000, hookTimeout: 60_000 };

/** CloudFormation's own rules take two seconds for each template: they judge the one that the whole-stack tests share. */
const env = { CDK_VALIDATION: 'false' };

/** Tests of the whole stack: they share one synthesized template. */
const wholeStack = ['test/{crash,faults,local}/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    // Twice the cores of the smallest machine: many tests wait for sockets and timers, not for a core.
    maxWorkers: 4,
    projects: [
      {
        test: {
          name: 'parts',
          // A process for each of two hundred files would cost as much as the tests.
          isolate: false,
          setupFiles: ['test/support/leave-nothing.ts'],
          env,
          include: ['test/**/*.test.ts'],
          exclude: wholeStack,
          ...patience,
        },
      },
      {
        test: {
          name: 'local',
          env,
          include: wholeStack,
          globalSetup: ['test/local/support/assembly.ts'],
          ...patience,
        },
      },
    ],
  },
});
