// Makes a dynalite store answer as late as DynamoDB may: indexes lag, and plain reads can miss the
// last write.
import { Readable } from 'node:stream';
import type { DynaliteStore, Item, ItemStore, ValueRange } from './dynalite-engine.ts';

/** Milliseconds for which the item before a write can still be read without `ConsistentRead`. */
const staleWindowMs = 1_000;

/** Puts every write to an index off by that time; the order of writes stays. What is still put off
 *  when the process ends is lost, as `repairIndexes` expects. Changes the store; returns how to
 *  stop the waiting. */
export const delayIndexes = (store: DynaliteStore, lagMs: number): { settle(): void } => {
  const waiting = new Map<NodeJS.Timeout, () => void>();
  const direct = store.getIndexDb.bind(store);
  const later = (write: () => void): void => {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      write();
    }, lagMs);
    waiting.set(timer, write);
  };
  const ignore = () => undefined;
  store.getIndexDb = (type, table, index) => {
    const rows = direct(type, table, index);
    const lagging: ItemStore = Object.create(rows);
    lagging.put = (key, value, done) => {
      later(() => rows.put(key, value, ignore));
      setImmediate(done, null);
    };
    lagging.del = (key, done) => {
      later(() => rows.del(key, ignore));
      setImmediate(done, null);
    };
    return lagging;
  };
  return {
    settle: () => {
      for (const [timer, write] of waiting) {
        clearTimeout(timer);
        write();
      }
      waiting.clear();
    },
  };
};

interface Before {
  /** Undefined where there was no item. */
  readonly item: Item | undefined;
  readonly at: number;
}

const inRange = (key: string, range: ValueRange): boolean =>
  (range.gt === undefined || key > range.gt) &&
  (range.gte === undefined || key >= range.gte) &&
  (range.lt === undefined || key < range.lt) &&
  (range.lte === undefined || key <= range.lte);

/** One stream of the range as it was before the last writes: keys sort as strings, which is how
 *  they are stored. */
async function* valuesBefore(
  rows: ItemStore,
  range: ValueRange,
  history: ReadonlyMap<string, Before>,
  keyOf: (item: Item) => string,
): AsyncGenerator<Item> {
  const items = new Map<string, Item>();
  for await (const item of rows.createValueStream({ ...range, limit: -1 })) {
    items.set(keyOf(item as Item), item as Item);
  }
  for (const [key, before] of history) {
    if (!inRange(key, range)) continue;
    if (before.item === undefined) items.delete(key);
    else items.set(key, before.item);
  }
  const keys = [...items.keys()].sort();
  if (range.reverse === true) keys.reverse();
  const limit = range.limit === undefined || range.limit < 0 ? keys.length : range.limit;
  for (const key of keys.slice(0, limit)) yield items.get(key) as Item;
}

const remember = (rows: ItemStore, history: Map<string, Before>, now: () => number): ItemStore => {
  const remembering: ItemStore = Object.create(rows);
  const noteThen = (key: string, write: () => void): void => {
    rows.get(key, (_error, item) => {
      for (const [old, { at }] of history) {
        if (at > now() - staleWindowMs) break;
        history.delete(old);
      }
      history.delete(key);
      history.set(key, { item, at: now() });
      write();
    });
  };
  remembering.put = (key, value, done) => noteThen(key, () => rows.put(key, value, done));
  remembering.del = (key, done) => noteThen(key, () => rows.del(key, done));
  return remembering;
};

/** Remembers what each write of the last second replaced. Changes the store; returns a second store
 *  that reads as if those writes had not yet arrived. */
export const keepHistory = (
  store: DynaliteStore,
  keyOf: (item: Item, table: string) => string,
  now: () => number,
): DynaliteStore => {
  const histories = new Map<string, Map<string, Before>>();
  const historyOf = (table: string): Map<string, Before> => {
    const history = histories.get(table) ?? new Map<string, Before>();
    histories.set(table, history);
    return history;
  };
  const direct = store.getItemDb.bind(store);
  const recent = (before: Before | undefined): before is Before =>
    before !== undefined && before.at > now() - staleWindowMs;
  store.getItemDb = (table) => remember(direct(table), historyOf(table), now);

  const late: DynaliteStore = Object.create(store);
  late.getItemDb = (table) => {
    const rows = direct(table);
    const history = historyOf(table);
    const reading: ItemStore = Object.create(rows);
    reading.get = (key, done) => {
      const before = history.get(key);
      if (recent(before)) setImmediate(done, null, before.item);
      else rows.get(key, done);
    };
    reading.createValueStream = (range) => {
      const fresh = new Map([...history].filter(([, before]) => recent(before)));
      return Readable.from(valuesBefore(rows, range, fresh, (item) => keyOf(item, table)));
    };
    return reading;
  };
  return late;
};
