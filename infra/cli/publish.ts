// Publishes a sample, or what a file holds, as the ATS does.
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { sampleDetail } from '../../shared/event-types/samples.ts';
import {
  isEventTypeName,
  isRoutedEventTypeName,
  publishedTypeOf,
  routedEventTypes,
} from '../../shared/event-types.ts';
import { type NewEvent, publishEvents } from '../../shared/publish.ts';
import { sentenceOf } from '../../shared/sentence-of.ts';
import { CommandError, UsageError } from './command-error.ts';
import { formatTable } from './format-table.ts';
import { readCount } from './read-command.ts';
import { type Command, printResult, type Session } from './session.ts';

/** What the bus gets is checked against the catalogue by the publisher itself. */
const fileEvent = z.strictObject({
  type: z.enum(routedEventTypes as [string, ...string[]]),
  data: z.unknown(),
  company_id: z.int().positive().optional(),
  id: z.string().optional(),
  timestamp: z.iso.datetime().pipe(z.coerce.date()).optional(),
  ids: z.unknown().optional(),
});

const fileEvents = z.array(fileEvent);

const timesMax = 1000;

export const publish: Command = {
  usage: 'publish TYPE|FILE',
  summary: 'publish a type’s sample, or a JSON file: {"type", "data"}, or an array of these',
  takes: [1, 1],
  options: {
    times: { type: 'string', about: `N  so many samples, ${timesMax} at most` },
    source: { type: 'string', about: 'NAME  where the stack expects another than "ats"' },
  },
  run: async (session, given) => {
    const [what] = given.positionals;
    const times = readCount(given, 'times', timesMax) ?? 1;
    const events = isRoutedEventTypeName(what!)
      ? Array.from({ length: times }, () => sampleOf(session, what))
      : await readEvents(session, what!);
    const { eventBridge, busName } = session.openStack();
    const { source } = given.values;
    const report = await publishEvents(
      { eventBridge, busName, ...(source !== undefined && { source: String(source) }) },
      events,
    );
    const rows = [
      ...report.accepted.map(({ id, index }) => [events[index]!.type, id, 'on the bus']),
      ...report.refused.map(({ id, index, code, problems }) => [
        events[index]!.type,
        id,
        `${code}: ${problems.map(({ path, problem }) => `${path} ${problem}`.trim()).join('; ')}`,
      ]),
    ];
    printResult(session, report, () => formatTable(['TYPE', 'EVENT', 'RESULT'], rows));
    return report.refused.length === 0 ? 0 : 1;
  },
};

const sampleOf = (session: Session, type: (typeof routedEventTypes)[number]): NewEvent => {
  const { data } = sampleDetail(type);
  return {
    type,
    companyId: session.companyId(),
    data,
    id: `evt_${randomBytes(8).toString('hex')}`,
    timestamp: session.now(),
  } as unknown as NewEvent;
};

const readEvents = async (session: Session, path: string): Promise<NewEvent[]> => {
  if (isEventTypeName(path)) {
    throw new UsageError(`${path} follows from ${publishedTypeOf(path)}: publish that.`);
  }
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(
      `${path} is no event type and no file that can be read; the types are ${routedEventTypes.join(', ')}.`,
    );
  });
  const content = parseJson(path, text);
  const parsed = (Array.isArray(content) ? fileEvents : fileEvent).safeParse(content, {
    error: sentenceOf,
  });
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) =>
      `${issue.path.join('.')} ${issue.message}`.trim(),
    );
    throw new CommandError(`${path}: ${problems.join('; ')}.`);
  }
  return [parsed.data]
    .flat()
    .map(
      ({ company_id, ...event }) =>
        ({ ...event, companyId: company_id ?? session.companyId() }) as unknown as NewEvent,
    );
};

const parseJson = (path: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
};
