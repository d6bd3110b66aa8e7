// What Rappel itself says on the bus, documented for the ATS. No subscription can name these, and fan-out never sees them.
import * as z from 'zod';
import type { Bilingual } from './define-event-type.ts';
import { annotate, proposed } from './field.ts';
import { instant, text, whole } from './kinds.ts';

export interface OperationalEventTypeEntry {
  readonly label: Bilingual;
  readonly description: Bilingual;
  /** The schema of `Detail.data`. */
  readonly data: z.ZodType;
}

const subscription = {
  subscription_id: proposed(text, "L'abonnement, `sub_…`", 'The subscription, `sub_…`'),
  failures: proposed(whole, 'Échecs depuis le dernier succès', 'Failures since the last success'),
  failing_since: proposed(
    instant.nullable(),
    'Début du premier de ces échecs',
    'When the first of these failures began',
  ),
};

const share = annotate(z.number().min(0).max(1), {
  format: { fr: 'part, de 0 à 1', en: 'share, 0 to 1' },
  example: 0.5,
});

export const operationalEventTypes = {
  'webhook.subscription.failing': {
    label: { fr: 'Abonnement en échec', en: 'Subscription failing' },
    description: {
      fr: 'Un abonnement ne connaît que des échecs depuis la moitié, puis les neuf dixièmes, du délai au bout duquel il est arrêté.',
      en: 'A subscription has met nothing but failures for half, then nine tenths, of the time after which it is disabled.',
    },
    data: z.strictObject({
      ...subscription,
      share_of_limit: proposed(
        share,
        "Part écoulée du délai avant l'arrêt",
        'How much of the time until it is disabled has passed',
      ),
      disables_at: proposed(
        instant.nullable(),
        "Date de l'arrêt, si rien ne réussit d'ici là",
        'When it will be disabled, unless something succeeds before',
      ),
    }),
  },
  'webhook.subscription.disabled': {
    label: { fr: 'Abonnement arrêté', en: 'Subscription disabled' },
    description: {
      fr: "Un abonnement est arrêté : il échouait depuis trop longtemps, ou son récepteur l'a demandé.",
      en: 'A subscription is disabled: it failed for too long, or its receiver asked for it.',
    },
    data: z.strictObject({
      ...subscription,
      reason: proposed(
        z.enum(['failures', 'receiver']),
        '`failures` : en échec depuis trop longtemps ; `receiver` : demandé par le récepteur',
        '`failures`: it failed for too long; `receiver`: the receiver asked for it',
      ),
    }),
  },
  'webhook.delivery.exhausted': {
    label: { fr: 'Livraison abandonnée', en: 'Delivery exhausted' },
    description: {
      fr: "Tous les essais d'une livraison ont échoué ; elle peut être renvoyée tant que l'événement est conservé.",
      en: 'Every attempt of a delivery failed; it can be resent for as long as the event is kept.',
    },
    data: z.strictObject({
      delivery_id: proposed(text, 'La livraison, `del_…`', 'The delivery, `del_…`'),
      event_id: proposed(text, "L'événement", 'The event'),
      event_type: proposed(text, "Le type de l'événement", "The event's type"),
      subscription_id: proposed(text, "L'abonnement, `sub_…`", 'The subscription, `sub_…`'),
      attempts: proposed(whole, "Nombre d'essais", 'Number of attempts'),
      last_met: proposed(
        text.nullable(),
        "Résultat du dernier essai : statut HTTP ou classe d'erreur",
        'Outcome of the last attempt: an HTTP status or an error class',
      ),
    }),
  },
} as const satisfies Record<`webhook.${string}`, OperationalEventTypeEntry>;
