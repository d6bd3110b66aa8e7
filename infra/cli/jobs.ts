// Recover, release and replay: begin a job, and watch it to its end.
import { CommandError, UsageError } from './command-error.ts';
import { pause } from './pause.ts';
import { progressBar } from './progress-bar.ts';
import { readSince } from './read-since.ts';
import { type Command, printResult, type Session } from './session.ts';
import { subscriptionsPath } from './subscriptions.ts';

interface ShownJob {
  readonly id: string;
  readonly status: 'counting' | 'running' | 'done' | 'cancelled';
  readonly cancel_reason: string | null;
  readonly total: number;
  readonly done: number;
  readonly deliveries: number;
}

const noWait = { type: 'boolean', about: 'begin it, and do not watch' } as const;
const since = { type: 'string', about: '2h, or 2026-10-12T08:15:00Z' } as const;

const jobCommand = (
  kind: 'recover' | 'release' | 'replay',
  needsSince: boolean,
  summary: string,
): Command => ({
  usage: `${kind} SUBSCRIPTION${needsSince ? ' --since TIME' : ''}`,
  summary,
  takes: [1, 1],
  options: { ...(needsSince && { since }), 'no-wait': noWait },
  run: async (session, { positionals: [id], values }) => {
    if (needsSince && values.since === undefined) {
      throw new UsageError(`Since when? Say npx rappel ${kind} SUBSCRIPTION --since 2h`);
    }
    const body = needsSince
      ? { since: readSince(String(values.since), session.now()).toISOString() }
      : {};
    const path = `${subscriptionsPath(session.companyId())}/${encodeURIComponent(id!)}`;
    const begun = await session
      .openStack()
      .request<ShownJob>('POST', `${path}/${kind}`, ['id', 'status'], body);
    const job = values['no-wait'] ? begun : await watchJob(session, `${path}/jobs`, begun);
    printResult(session, job, () =>
      kind === 'recover' && job.status === 'done' && job.total === 0
        ? noneFailed
        : describeJob(job),
    );
    if (job.status === 'cancelled') throw new CommandError(`Cancelled: ${job.cancel_reason}.`);
  },
});

/** Until it has ended, or Ctrl-C: the job goes on without anybody watching. */
const watchJob = async (session: Session, path: string, begun: ShownJob): Promise<ShownJob> => {
  let job = begun;
  let shown = '';
  for (;;) {
    const bar = progressBar(job.done, job.total, isNotBegun(job) ? beginsSoon : job.status);
    if (!session.json && bar !== shown) {
      session.write(session.isTerminal ? `\r${bar}\u001b[K` : `${bar}\n`);
    }
    shown = bar;
    if (job.status === 'done' || job.status === 'cancelled' || session.stopped.aborted) break;
    await pause(session);
    if (session.stopped.aborted) break;
    job = await session.openStack().request('GET', `${path}/${job.id}`, ['id', 'status']);
  }
  if (!session.json && session.isTerminal) session.write('\n');
  return job;
};

const isNotBegun = ({ status, total }: ShownJob): boolean => status === 'counting' && total === 0;

const beginsSoon = 'begins with the next sweep, within a minute';

const noneFailed =
  'Nothing has failed for good; what is still waiting is tried by itself, or now by `npx rappel resend`.';

const describeJob = ({ id, status, deliveries }: ShownJob): string => {
  const again = `${deliveries} ${deliveries === 1 ? 'delivery is' : 'deliveries are'} on the way again`;
  if (status === 'done') return `${again} (${id}).`;
  if (status === 'cancelled') return `The job ${id} was cancelled; ${again}.`;
  return `The job ${id} is ${status}, and goes on by itself.`;
};

export const recover = jobCommand(
  'recover',
  true,
  'send again everything that failed since a time',
);
export const release = jobCommand('release', false, 'send what is held');
export const replay = jobCommand('replay', true, 'send what it would have received since a time');
