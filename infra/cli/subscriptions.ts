// Subscribe, and list what is subscribed.
import { UsageError } from './command-error.ts';
import { formatFields, formatTable } from './format-table.ts';
import { type Command, printResult, type Session } from './session.ts';

export interface ShownSubscription {
  readonly id: string;
  readonly url: string;
  readonly event_types: readonly string[];
  readonly status: string;
  readonly signature: string;
  readonly description: string | null;
  readonly created_at: string;
}

/** The only time that a key is shown. */
export interface CreatedSubscription extends ShownSubscription {
  readonly secret?: string;
  readonly public_key?: string;
}

export const subscriptionsPath = (companyId: number): string =>
  `/v1/companies/${companyId}/subscriptions`;

/** All of them, whatever the size of a page. */
export const findSubscriptions = async (session: Session): Promise<ShownSubscription[]> => {
  const { request } = session.openStack();
  const found: ShownSubscription[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page: { subscriptions: ShownSubscription[]; next_cursor: string | null } = await request(
      'GET',
      subscriptionsPath(session.companyId()) + query,
      ['subscriptions', 'next_cursor'],
    );
    found.push(...page.subscriptions);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
};

export const createSubscription = (
  session: Session,
  settings: Readonly<Record<string, unknown>>,
): Promise<CreatedSubscription> =>
  session
    .openStack()
    .request('POST', subscriptionsPath(session.companyId()), ['id', 'event_types'], settings);

export const subscribe: Command = {
  usage: 'subscribe URL [TYPE…]',
  summary: 'subscribe a URL, to every event type if none is said; shows the secret, once',
  takes: [1, 50],
  options: {
    settings: { type: 'string', about: 'JSON  the API’s other fields: {"hired_only":true}' },
  },
  run: async (session, { positionals: [url, ...types], values }) => {
    const settings = readSettings(values.settings);
    if ('url' in settings || 'event_types' in settings) {
      throw new UsageError('--settings takes no url and no event_types: say them as arguments.');
    }
    const created = await createSubscription(session, {
      url,
      event_types: types.length === 0 ? ['*'] : types,
      ...settings,
    });
    printResult(session, created, () =>
      formatFields({
        subscription: created.id,
        url: created.url,
        types: created.event_types.join(', '),
        ...(created.secret !== undefined && { secret: created.secret }),
        ...(created.public_key !== undefined && { 'public key': created.public_key }),
      }),
    );
  },
};

const readSettings = (text: string | boolean | undefined): object => {
  if (text === undefined) return {};
  try {
    const settings: unknown = JSON.parse(String(text));
    if (typeof settings === 'object' && settings !== null && !Array.isArray(settings)) {
      return settings;
    }
  } catch {
    // Told below.
  }
  throw new UsageError('--settings takes a JSON object, such as {"hired_only":true}.');
};

export const list: Command = {
  usage: 'list',
  summary: 'what is subscribed',
  takes: [0, 0],
  run: async (session) => {
    const found = await findSubscriptions(session);
    printResult(session, { subscriptions: found }, () =>
      formatTable(
        ['SUBSCRIPTION', 'STATUS', 'TYPES', 'URL', 'DESCRIPTION'],
        found.map(({ id, status, event_types, url, description }) => [
          id,
          status,
          event_types.length > 2 ? `${event_types.length} types` : event_types.join(','),
          url,
          description,
        ]),
      ),
    );
  },
};
