// What workers hold, call and record: so that a repeated callback can be laid to the crash that explains it, or to a bug.

/** `company#event/subscription` */
export type DeliveryName = string;

export interface Ledger {
  begin(): void;
  /** A worker reads a batch: these deliveries are in its hands until another reads them. */
  read(token: string, names: readonly DeliveryName[]): void;
  /** A callback came. Gives the worker that made it. */
  call(name: DeliveryName): string;
  /** A worker's write of the delivery's row took effect. */
  record(token: string, name: DeliveryName, attempts: number): void;
  callbacks(name: DeliveryName): number;
  /** Attempts on record. */
  attempts(name: DeliveryName): number;
  /** Callbacks that their workers have not recorded, of those that may leave one so. */
  unrecorded(name: DeliveryName, mayForget: (token: string) => boolean): number;
}

export const createLedger = (): Ledger => {
  const holders = new Map<DeliveryName, string>();
  const hands = new Map<string, Map<DeliveryName, number>>();
  const callbacks = new Map<DeliveryName, number>();
  const attempts = new Map<DeliveryName, number>();
  return {
    begin: () => {
      for (const each of [holders, hands, callbacks, attempts]) each.clear();
    },
    read: (token, names) => {
      const held = hands.get(token) ?? new Map<DeliveryName, number>();
      hands.set(token, held);
      for (const name of names) {
        held.set(name, held.get(name) ?? 0);
        holders.set(name, token);
      }
    },
    call: (name) => {
      const token = holders.get(name);
      const held = token === undefined ? undefined : hands.get(token);
      if (token === undefined || held === undefined) {
        throw new Error(`a callback of ${name} came, which no worker had read`);
      }
      held.set(name, held.get(name)! + 1);
      callbacks.set(name, (callbacks.get(name) ?? 0) + 1);
      return token;
    },
    record: (token, name, made) => {
      if (made === (attempts.get(name) ?? 0)) return;
      attempts.set(name, made);
      const held = hands.get(token);
      held?.set(name, (held.get(name) ?? 0) - 1);
    },
    callbacks: (name) => callbacks.get(name) ?? 0,
    attempts: (name) => attempts.get(name) ?? 0,
    unrecorded: (name, mayForget) =>
      [...hands]
        .filter(([token]) => mayForget(token))
        .reduce((sum, [, held]) => sum + (held.get(name) ?? 0), 0),
  };
};
