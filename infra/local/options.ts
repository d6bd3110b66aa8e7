// What `npm start -- …` may be told.
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { retryDelaysProblem } from '../retry-schedule.ts';
import { loopbackAllowList } from './loopback.ts';
import { UsageError } from './start-error.ts';

export interface LocalOptions {
  /** Print what the options are, and do nothing else. */
  readonly help: boolean;
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

export const usage = `npm start -- [options]

  --once                   run the demo and end (exit 0 or 1)
  --no-demo                start the stack alone
  --port 4566              the AWS endpoint: events, sqs, dynamodb; 0 takes a free port
  --admin-port 4567        the admin URL; 0 takes a free port
  --data DIR               keep tables and queues in DIR over a restart
  --no-loopback            refuse callbacks to this machine, as a deployed stack does; leaves the demo out
  --retry-schedule 1,1,2   seconds between attempts
  --sweep-seconds 1        seconds between sweeps
  --help, -h               print this`;

const secondsMax = 7 * 86_400;

const flag = z.boolean('takes no value').default(false);

const port = (usual: number) =>
  z
    .string('takes a port number, from 0 to 65535')
    .regex(/^\d+$/, 'takes a port number, from 0 to 65535')
    .transform(Number)
    .refine((number) => number <= 65_535, 'takes a port number, from 0 to 65535')
    .default(usual);

const seconds = (takes: string) =>
  z
    .string(takes)
    .regex(/^\d+(\.\d+)?$/, takes)
    .transform(Number);

const schedule = 'takes seconds separated by commas, such as 1,1,2';
const period = 'takes seconds, from 1 to 604800 (a week)';

const schema = z.strictObject({
  help: flag,
  once: flag,
  'no-demo': flag,
  port: port(4566),
  'admin-port': port(4567),
  data: z.string('takes a folder').regex(/^[^-]/, 'takes a folder').optional(),
  'no-loopback': flag,
  'retry-schedule': z
    .string(schedule)
    .transform((text) => text.split(','))
    .pipe(z.array(seconds(schedule)))
    .superRefine((delays, context) => {
      const problem = retryDelaysProblem(delays.map((each) => each * 1000));
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .optional(),
  'sweep-seconds': seconds(period)
    .refine((number) => number >= 1 && number <= secondsMax, period)
    .optional(),
});

const flags: ReadonlySet<string> = new Set(['help', 'once', 'no-demo', 'no-loopback']);

const lookUp = '`npm start -- --help` shows the options';

/** @throws UsageError: a sentence that names the option and what it takes */
export const readOptions = (argv: readonly string[]): LocalOptions => {
  const given = readArguments(argv);
  const parsed = schema.safeParse(given.values);
  if (!parsed.success) throw new UsageError(sentenceOn(parsed.error.issues[0]!));
  const [stray] = given.positionals;
  if (stray !== undefined) {
    throw new UsageError(`${stray} is no option, nor the value of one: ${lookUp}.`);
  }
  const values = parsed.data;
  refuseContradictions(values);
  return {
    help: values.help,
    once: values.once,
    demo: !values['no-demo'] && !values['no-loopback'],
    port: values.port,
    adminPort: values['admin-port'],
    loopback: !values['no-loopback'],
    ...(values.data !== undefined && { dataFolder: values.data }),
    ...(values['retry-schedule'] && { retrySchedule: values['retry-schedule'] }),
    ...(values['sweep-seconds'] !== undefined && { sweepSeconds: values['sweep-seconds'] }),
  };
};

/** What differs on one machine from the template's functions. */
export const environmentOf = ({
  loopback,
  retrySchedule,
}: Pick<LocalOptions, 'loopback' | 'retrySchedule'>): Record<string, string> => ({
  ...(loopback && { CALLBACK_ALLOW_LIST: loopbackAllowList }),
  ...(retrySchedule && { RETRY_DELAYS_MS: retrySchedule.map((each) => each * 1000).join(',') }),
});

const sentenceOn = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `There is no option --${issue.keys[0]}: ${lookUp}.`
    : `--${String(issue.path[0])} ${issue.message}: ${lookUp}.`;

const refuseContradictions = (values: z.infer<typeof schema>): void => {
  if (values.once && values['no-demo']) {
    throw new UsageError('--once runs the demo and --no-demo leaves it out: say one of the two.');
  }
  if (values.once && values['no-loopback']) {
    throw new UsageError(
      '--once runs the demo, whose receiver is on this machine, and --no-loopback refuses callbacks to it: say one of the two.',
    );
  }
  if (values.port === values['admin-port'] && values.port !== 0) {
    throw new UsageError(`--port and --admin-port are both ${values.port}: say two ports.`);
  }
};

/** Not strict: what is wrong is told by the schema, in our words. */
const readArguments = (argv: readonly string[]) =>
  parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(
        Object.keys(schema.shape).map((name) => [
          name,
          { type: flags.has(name) ? 'boolean' : 'string' } as const,
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
