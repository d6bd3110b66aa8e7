// A standard queue as SQS is: at least once, in any order, an acknowledgement may be lost.
import type { QueueMessage } from '../../shared/send-messages.ts';
import type { Chance } from './chance.ts';

export interface Received {
  readonly messageId: string;
  readonly body: string;
}

/** Milliseconds that a received message stays hidden. */
const hiddenMs = 180_000;

export class ModelQueue {
  private messages: { id: string; body: string; visibleAt: number }[] = [];
  private sent = 0;

  send({ body, delaySeconds = 0 }: QueueMessage, now: number): void {
    this.sent += 1;
    this.messages.push({ id: `m${this.sent}`, body, visibleAt: now + delaySeconds * 1000 });
  }

  /** Up to `count` visible messages in any order. A careless queue leaves some visible to the next receiver. */
  receive(count: number, now: number, chance: Chance, careless: boolean): Received[] {
    const visible = this.messages.filter(({ visibleAt }) => visibleAt <= now);
    const taken: Received[] = [];
    while (taken.length < count && visible.length > 0) {
      const [message] = visible.splice(chance.below(visible.length), 1);
      if (!(careless && chance.oneIn(8))) message!.visibleAt = now + hiddenMs;
      taken.push({ messageId: message!.id, body: message!.body });
    }
    return taken;
  }

  acknowledge(ids: readonly string[]): void {
    this.messages = this.messages.filter(({ id }) => !ids.includes(id));
  }

  get size(): number {
    return this.messages.length;
  }

  hasVisible(now: number): boolean {
    return this.messages.some(({ visibleAt }) => visibleAt <= now);
  }
}
