// What `npm start -- …` may be told.
import { parseArgs } from 'node:util';
import * as z from 'zod';

export interface LocalOptions {
  /** Runs the demo and ends: 0 when every event type was delivered and verified. */
  readonly once: boolean;
  readonly demo: boolean;
  readonly port: number;
  readonly adminPort: number;
  /** Keeps tables and queues over a restart. */
  readonly dataFolder?: string;
  /** Callbacks to this machine over http; false runs the address guard exactly as deployed. */
  readonly loopback: boolean;
  /** Seconds between attempts, instead of the schedule of 75 hours. */
  readonly retrySchedule?: readonly number[];
  /** Seconds between sweeps, instead of a minute. */
  readonly sweepSeconds?: number;
}

/** A sentence for the person at the keyboard, in place of a stack trace. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `npm start -- [options]

  --once                   run the demo and end (exit 0 or 1)
  --no-demo                start the stack alone
  --port 4566              the AWS endpoint: events, sqs, dynamodb
  --admin-port 4567        the admin URL
  --data DIR               keep tables and queues in DIR over a restart
  --no-loopback            refuse callbacks to this machine, as a deployed stack does
  --retry-schedule 1,1,2   seconds between attempts
  --sweep-seconds 1        seconds between sweeps`;

const portNumber = z.coerce.number().int().min(0).max(65_535);
const seconds = z.coerce
  .number()
  .min(0)
  .max(7 * 86_400);

const schema = z.object({
  once: z.boolean().default(false),
  'no-demo': z.boolean().default(false),
  port: portNumber.default(4566),
  'admin-port': portNumber.default(4567),
  data: z.string().min(1).optional(),
  'no-loopback': z.boolean().default(false),
  'retry-schedule': z
    .string()
    .regex(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/, 'must be seconds, separated by commas, such as 1,1,2')
    .transform((text) => text.split(',').map(Number))
    .optional(),
  'sweep-seconds': seconds.min(1).optional(),
});

/** @throws UsageError that names the option and what it takes */
export const readOptions = (argv: readonly string[]): LocalOptions => {
  const parsed = schema.safeParse(readArguments(argv));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(`--${issue?.path.join('.')}: ${issue?.message}\n\n${usage}`);
  }
  const values = parsed.data;
  if (values.once && values['no-demo']) {
    throw new UsageError(
      `--once runs the demo, and --no-demo leaves it out: say one of them\n\n${usage}`,
    );
  }
  return {
    once: values.once,
    demo: !values['no-demo'],
    port: values.port,
    adminPort: values['admin-port'],
    loopback: !values['no-loopback'],
    ...(values.data !== undefined && { dataFolder: values.data }),
    ...(values['retry-schedule'] && { retrySchedule: values['retry-schedule'] }),
    ...(values['sweep-seconds'] !== undefined && { sweepSeconds: values['sweep-seconds'] }),
  };
};

const readArguments = (argv: readonly string[]): Record<string, unknown> => {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        once: { type: 'boolean' },
        'no-demo': { type: 'boolean' },
        port: { type: 'string' },
        'admin-port': { type: 'string' },
        data: { type: 'string' },
        'no-loopback': { type: 'boolean' },
        'retry-schedule': { type: 'string' },
        'sweep-seconds': { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
};
