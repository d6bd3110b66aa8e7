// A look into a queue: what is shown stays there, and is visible to all again when the look ends.
import type { QueuePorts } from './queues.ts';
import type { ReceivedMessage } from './received-message.ts';

/** At most `limit`, as far as SQS finds them; each has one receive more than before. */
export const peekMessages = async (
  deps: Pick<QueuePorts, 'receiveMessages' | 'makeVisible'>,
  queue: string,
  limit: number,
): Promise<ReceivedMessage[]> => {
  const messages: ReceivedMessage[] = [];
  try {
    while (messages.length < limit) {
      const taken = await deps.receiveMessages(queue, limit - messages.length);
      if (taken.length === 0) break;
      messages.push(...taken);
    }
  } finally {
    await deps.makeVisible(queue, messages);
  }
  return messages;
};
