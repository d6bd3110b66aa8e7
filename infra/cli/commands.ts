// Every command, by its name, in the order in which a newcomer meets them.
import { completion } from './completion.ts';
import { deadLetters, redrive } from './dead-letters.ts';
import { listDeliveries, resend, sendTest } from './deliveries.ts';
import { recover, release, replay } from './jobs.ts';
import { listen } from './listen.ts';
import { publish } from './publish.ts';
import type { Commands } from './read-command.ts';
import { showOne } from './show.ts';
import { list, subscribe } from './subscriptions.ts';
import { tail } from './tail.ts';
import { verify } from './verify.ts';

export const commands: Commands = {
  listen,
  subscribe,
  list,
  publish,
  test: sendTest,
  tail,
  deliveries: listDeliveries,
  show: showOne,
  resend,
  recover,
  release,
  replay,
  'dead-letters': deadLetters,
  redrive,
  verify,
  completion: completion(() => commands),
};
