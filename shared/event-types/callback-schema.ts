// The whole callback that a company receives for a type, as a schema: the envelope around the type's data.
import * as z from 'zod';
import { identifierPattern } from '../identifiers.ts';
import type { EventTypeEntry } from './define-event-type.ts';
import { annotate, documented, proposed } from './field.ts';
import { ids } from './ids.ts';
import { flag, plainId } from './kinds.ts';

const eventId = annotate(z.string().regex(identifierPattern, 'must match [A-Za-z0-9_-]{1,64}'), {
  format: {
    fr: '1 à 64 lettres, chiffres, `_` ou `-`',
    en: '1 to 64 letters, digits, `_` or `-`',
  },
  example: 'evt_01JA02VERLAINE000002',
});

/** Fan-out takes any precision; the publisher writes milliseconds. */
const eventTime = annotate(z.iso.datetime(), {
  format: { fr: 'ISO 8601, UTC', en: 'ISO 8601, UTC' },
  example: '2026-10-10T09:16:00.120Z',
});

/** In the order in which the fields are sent. */
export const callbackSchema = (entry: EventTypeEntry) =>
  z.strictObject({
    id: proposed(
      eventId,
      "Identifiant de l'événement, le même à chaque essai : il permet d'écarter les doublons",
      'Id of the event, the same at every attempt: drop duplicates by it',
    ),
    type: proposed(z.literal(entry.name), "Type de l'événement", 'Type of the event'),
    event: documented(
      z.literal(entry.legacyName),
      "Ancien nom de l'événement, s'il en a un ; sinon, son type",
      'Former name of the event, if it has one; otherwise its type',
    ),
    timestamp: proposed(
      eventTime,
      "Date de l'événement lui-même, non de l'envoi",
      'When the event happened, not when it was sent',
    ),
    company_id: documented(plainId, "Identifiant simple de l'entreprise", "Company's plain id"),
    test: proposed(flag, "`true` pour un envoi d'essai", '`true` for a test send'),
    data: documented(entry.data, "Contenu de l'événement", "The event's content"),
    ids: proposed(
      ids.optional(),
      "Identifiants simple et encodé de chaque objet, si l'ATS les fournit",
      'Plain and encoded id of each object, if the ATS provides them',
    ),
  });
