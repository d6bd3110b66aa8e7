// Admin's ports for operators in memory: queues whose messages are where they are, and stops.
import type { MoveTask } from '../../functions/admin/operations/queues.ts';
import type { ReceivedMessage } from '../../functions/admin/operations/received-message.ts';
import type { FailingPosition } from '../../shared/failing-table.ts';
import type { Health } from '../../shared/health.ts';
import type { Paged, Stop, StopChange } from '../../shared/stops-table.ts';

export interface MemoryOperations {
  /** By queue; `-dead` at the end: its dead letters. */
  readonly messages: Map<string, ReceivedMessage[]>;
  readonly hidden: Set<string>;
}

export const createMemoryOperations = (
  memory: MemoryOperations = { messages: new Map(), hidden: new Set() },
) => {
  const { messages, hidden } = memory;
  const of = (queue: string) => messages.get(queue) ?? [];
  const tasks = new Map<string, MoveTask[]>();
  const stops = new Map<number | undefined, Stop>();
  const changes: StopChange[] = [];

  return {
    countMessages: async (queue: string) => ({ waiting: of(queue).length, inFlight: 0 }),
    receiveMessages: async (queue: string, max: number) => {
      const taken = of(queue)
        .filter(({ messageId }) => !hidden.has(messageId))
        .slice(0, Math.min(max, 10));
      for (const { messageId } of taken) hidden.add(messageId);
      return taken;
    },
    makeVisible: async (_: string, given: readonly ReceivedMessage[]) => {
      for (const { messageId } of given) hidden.delete(messageId);
    },
    deleteMessage: async (queue: string, { messageId }: ReceivedMessage) => {
      messages.set(
        queue,
        of(queue).filter((message) => message.messageId !== messageId),
      );
    },
    startMove: async (from: string, to: string, maxPerSecond?: number) => {
      const [last] = tasks.get(from) ?? [];
      if (last?.status === 'running') return false;
      const moved = of(from).length;
      messages.set(to, [...of(to), ...of(from)]);
      messages.set(from, []);
      const task: MoveTask = {
        status: 'running',
        startedAt: new Date(0),
        moved,
        toMove: moved,
        ...(maxPerSecond !== undefined && { maxPerSecond }),
      };
      tasks.set(from, [task, ...(tasks.get(from) ?? [])]);
      return true;
    },
    cancelMove: async (from: string) => {
      const [last, ...earlier] = tasks.get(from) ?? [];
      if (last?.status !== 'running') return false;
      tasks.set(from, [{ ...last, status: 'cancelled' }, ...earlier]);
      return true;
    },
    listMoves: async (from: string) => tasks.get(from) ?? [],
    eventSource: 'ats',
    listFailing: async (
      _limit: number,
      _after?: FailingPosition,
    ): Promise<{ failing: readonly Health[]; readTo?: FailingPosition }> => ({ failing: [] }),
    listStops: async (_: Paged) => ({ stops: [...stops.values()] }),
    getStop: async (companyId: number | undefined) => stops.get(companyId),
    putStop: async (companyId: number | undefined, stoppedAt: Date, stoppedBy: string) => {
      const begun = { ...(companyId !== undefined && { companyId }), stoppedAt, stoppedBy };
      const stop = stops.get(companyId) ?? begun;
      stops.set(companyId, stop);
      return stop;
    },
    deleteStop: async (companyId: number | undefined) => {
      stops.delete(companyId);
    },
    putStopChange: async (change: StopChange) => {
      changes.unshift(change);
    },
    listStopChanges: async (_: Paged) => ({ changes }),
    version: '1.2.3',
  };
};
