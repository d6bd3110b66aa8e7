// Every generated file of the documentation, from the catalogue, the templates and the snippets.
import type { EventTypeEntry } from '../shared/event-types/define-event-type.ts';
import type { Language } from '../shared/event-types/json-schema.ts';
import { type Contract, contractOf, renderContract } from './contract.ts';
import { openApiOf } from './openapi.ts';
import { typeset } from './pages/markdown.ts';
import { operationalPage } from './pages/operational-page.ts';
import { receiversPage, type SnippetSources } from './pages/receivers-page.ts';
import { webhooksPage } from './pages/webhooks-page.ts';

export const languages: readonly Language[] = ['fr', 'en'];

/** Path within `docs/` → text. */
export const buildDocs = (
  entries: readonly EventTypeEntry[],
  published: Contract,
  sources: SnippetSources,
): ReadonlyMap<string, string> => {
  const pages = languages.flatMap((language) => {
    const template = (page: string) => sources.read(`templates/${page}.${language}.md`);
    const page = (name: string, text: string) =>
      [`${language}/${name}.md`, typeset(text, language)] as const;
    return [
      page('webhooks', webhooksPage(template('webhooks'), entries, language)),
      page('receivers', receiversPage(template('receivers'), sources, language)),
      page('operational-events', operationalPage(template('operational-events'), language)),
    ];
  });
  return new Map([
    ...pages,
    ['openapi.json', `${JSON.stringify(openApiOf(entries), null, 2)}\n`],
    ['contract.json', renderContract(contractOf(entries, published))],
  ]);
};
