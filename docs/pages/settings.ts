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
        'Seulement ces offres, par leur identifiant simple ou encodé. Une tâche qui porte sur un ' +
        "membre, donc sans offre, n'est alors pas envoyée.",
    },
    en: {
      label: 'Job listings',
      effect:
        'Only these job listings, by their plain or their encoded id. A task about a member, ' +
        'which has no job listing, is then not sent.',
    },
  },
  column_ids: {
    fr: {
      label: 'Colonnes',
      effect:
        "Seulement ces colonnes, par leur identifiant simple ou encodé : la colonne d'arrivée ou, " +
        'pour un archivage, celle où se trouvait la candidature.',
    },
    en: {
      label: 'Columns',
      effect:
        'Only these columns, by their plain or their encoded id: the one that the application is ' +
        'moved to or, when it is archived, the one that it was in.',
    },
  },
  hired_only: {
    fr: {
      label: 'Embauches seulement',
      effect: 'Seulement les déplacements dans une colonne de candidats recrutés.',
    },
    en: { label: 'Hires only', effect: 'Only moves to a column for hires.' },
  },
  include_private_comments: {
    fr: {
      label: 'Commentaires privés',
      effect:
        'Les commentaires privés sont envoyés aussi. Sans ce réglage, ils ne le sont pas, pas plus ' +
        "que ceux qui ne disent pas s'ils sont privés.",
    },
    en: {
      label: 'Private comments',
      effect:
        'Private comments are sent too. Without this setting they are not, nor are those that do ' +
        'not say whether they are private.',
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
