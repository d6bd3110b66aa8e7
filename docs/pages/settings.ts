// The settings of a subscription that narrow down its events, as the page calls and explains them.
import type {
  EventTypeEntry,
  SubscriptionOption,
} from '../../shared/event-types/define-event-type.ts';
import type { Language } from '../../shared/event-types/json-schema.ts';

interface Setting {
  readonly label: string;
  readonly effect: string;
}

const settings: Readonly<Record<SubscriptionOption, Readonly<Record<Language, Setting>>>> = {
  vacancy_ids: {
    fr: {
      label: 'Offres',
      effect:
        "Seulement ces offres. L'identifiant simple ou l'encodé convient. Une tâche sur un membre, " +
        "qui n'a pas d'offre, ne part alors pas.",
    },
    en: {
      label: 'Job listings',
      effect:
        'Only these job listings. Either id will do, plain or encoded. A task about a member, ' +
        'which has no job listing, is then not sent.',
    },
  },
  column_ids: {
    fr: {
      label: 'Colonnes',
      effect:
        "Seulement ces colonnes : celle d'arrivée, ou celle où se trouvait la candidature archivée. " +
        "L'identifiant simple ou l'encodé convient.",
    },
    en: {
      label: 'Columns',
      effect:
        'Only these columns: the one of arrival, or the one that the archived application was in. ' +
        'Either id will do, plain or encoded.',
    },
  },
  hired_only: {
    fr: {
      label: 'Embauches seulement',
      effect: "Seulement les arrivées dans une colonne d'embauche.",
    },
    en: { label: 'Hires only', effect: 'Only arrivals in a column for hires.' },
  },
  include_private_comments: {
    fr: {
      label: 'Commentaires privés',
      effect:
        'Les commentaires privés aussi. Sans ce réglage, ils ne partent pas, ni ceux dont on ' +
        "ignore s'ils le sont.",
    },
    en: {
      label: 'Private comments',
      effect:
        'Private comments too. Without this setting they are not sent, nor are those of which ' +
        'nobody says whether they are.',
    },
  },
};

/** Rows of the table of settings: label, name in the API, effect. */
export const settingRows = (language: Language): string =>
  Object.entries(settings)
    .map(([name, { [language]: said }]) => `| ${said.label} | \`${name}\` | ${said.effect} |`)
    .join('\n');

/** Those that concern the event; empty where there are none. */
export const settingsOf = ({ options }: EventTypeEntry, language: Language): string =>
  options.map((option) => settings[option][language].label).join(', ');
