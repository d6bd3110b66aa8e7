// The headers of a callback that a receiver may rely on. A test compares them with what is sent.
import type { Bilingual } from '../shared/event-types/define-event-type.ts';

export interface RequestHeader {
  readonly name: string;
  readonly example: string;
  readonly description: Bilingual;
}

export const requestHeaders: readonly RequestHeader[] = [
  {
    name: 'webhook-id',
    example: 'evt_01JA02VERLAINE000002',
    description: {
      fr: "L'identifiant de l'événement, le même à chaque essai",
      en: 'The id of the event, the same at every attempt',
    },
  },
  {
    name: 'webhook-timestamp',
    example: '1791791703',
    description: {
      fr: "L'heure de cet essai, en secondes depuis 1970",
      en: 'The time of this attempt, in seconds since 1970',
    },
  },
  {
    name: 'webhook-signature',
    example: 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    description: {
      fr: 'La signature de cet essai, ou plusieurs pendant une rotation',
      en: 'The signature of this attempt, or several during a rotation',
    },
  },
  {
    name: 'rappel-delivery-id',
    example: 'del_0079d3a4e7c8a2d1c0b9e8f_evt_01JA02VERLAINE000002',
    description: {
      fr: "L'identifiant de la livraison (cet événement, pour ce webhook), le même à chaque essai",
      en: 'The id of the delivery (this event, for this webhook), the same at every attempt',
    },
  },
  {
    name: 'content-type',
    example: 'application/json',
    description: { fr: 'Toujours du JSON, en UTF-8', en: 'Always JSON, in UTF-8' },
  },
  {
    name: 'user-agent',
    example: 'Rappel/1.0 (+https://www.standardwebhooks.com)',
    description: {
      fr: 'Commence par `Rappel/`. Ne vous y fiez pas : seule la signature fait foi',
      en: 'Begins with `Rappel/`. Do not rely on it: only the signature proves anything',
    },
  },
];
