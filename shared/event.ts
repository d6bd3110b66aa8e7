// From the text of a queue message to an event, and from an event to the bytes that every company receives.
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PoisonError } from './errors.ts';
import { type EventTypeName, eventTypes, isEventTypeName } from './event-types.ts';
import { identifierPattern } from './identifiers.ts';
import { eventBytesMax, eventDepthMax } from './limits.ts';

export interface AtsEvent {
  readonly id: string;
  readonly type: EventTypeName;
  /** ISO 8601, UTC: when it happened in the ATS. */
  readonly timestamp: string;
  readonly companyId: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Plain and encoded ids of each object, where the ATS gives them. */
  readonly ids?: Readonly<Record<string, unknown>>;
}

/** The envelope is strict; `data` is not: a surprising null must not hold back a hire. */
const detailSchema = z.strictObject({
  id: z.string().regex(identifierPattern, 'must match [A-Za-z0-9_-]{1,64}'),
  timestamp: z.iso.datetime({
    error: 'must be an ISO 8601 instant in UTC, such as 2026-10-10T09:16:00.120Z',
  }),
  company_id: z.int().positive(),
  data: z.record(z.string(), z.unknown()),
  ids: z.record(z.string(), z.unknown()).optional(),
});

const envelopeSchema = z.object({
  'detail-type': z.string().refine(isEventTypeName, 'is not an event type of the catalogue'),
  detail: detailSchema,
});

/**
 * Reads what EventBridge put into a queue.
 * @throws PoisonError INVALID_EVENT with every path and problem, EVENT_TOO_LARGE with the size
 */
export const readEvent = (queueBody: string): AtsEvent => {
  const envelope = parseJson(queueBody);
  refuseDeep(envelope);
  const parsed = envelopeSchema.safeParse(envelope);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'event'}: ${issue.message}`,
    );
    throw new PoisonError('INVALID_EVENT', problems.join('; '));
  }
  const { detail } = parsed.data;
  const bytes = Buffer.byteLength(JSON.stringify(detail));
  if (bytes > eventBytesMax) {
    throw new PoisonError(
      'EVENT_TOO_LARGE',
      `detail: ${bytes} bytes; at most ${eventBytesMax} are taken`,
    );
  }
  return {
    id: detail.id,
    type: parsed.data['detail-type'] as EventTypeName,
    timestamp: detail.timestamp,
    companyId: detail.company_id,
    data: detail.data,
    ...(detail.ids && { ids: detail.ids }),
  };
};

/** The callback's body, in the documented order of fields. These bytes are stored, signed and sent. */
export const renderCallback = (event: AtsEvent): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      id: event.id,
      type: event.type,
      event: eventTypes[event.type].legacyName,
      timestamp: event.timestamp,
      company_id: event.companyId,
      test: false,
      data: event.data,
      ids: event.ids,
    }),
  );

/** Hex SHA-256 of what the ATS said: tells a repeated event from an id used twice. */
export const fingerprintOf = (event: AtsEvent): string =>
  createHash('sha256')
    .update(JSON.stringify([event.type, event.timestamp, event.data, event.ids]))
    .digest('hex');

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PoisonError('INVALID_EVENT', 'event: is not JSON', { cause });
  }
};

/** Walks without recursion: JSON.parse reads a depth at which JSON.stringify would exhaust the stack. */
const refuseDeep = (value: unknown): void => {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > eventDepthMax) {
      throw new PoisonError(
        'INVALID_EVENT',
        `detail: is nested deeper than ${eventDepthMax} levels`,
      );
    }
    level = level.flatMap((item) =>
      typeof item === 'object' && item !== null ? Object.values(item) : [],
    );
  }
};
