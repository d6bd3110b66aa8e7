// The little Markdown that the pages are made of.
import type { Language } from '../../shared/event-types/json-schema.ts';

/** A table; an empty one is no table. */
export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0
    ? ''
    : [header, header.map(() => '---'), ...rows]
        .map((cells) => `| ${cells.map(toCell).join(' | ')} |`)
        .join('\n');

const toCell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

export const codeBlock = (fence: string, text: string): string =>
  `\`\`\`${fence}\n${text.trimEnd()}\n\`\`\``;

export const jsonBlock = (value: unknown): string =>
  codeBlock('json', JSON.stringify(value, null, 2));

/** Where a link of any page may lead, whatever the reader makes of headings. */
export const anchor = (id: string): string => `<a id="${id}"></a>`;

/** Shown at a click: for what is long. */
export const folded = (summary: string, text: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${text}\n\n</details>`;

/**
 * Fills the `{{name}}` of a template.
 * @throws Error naming what the template asks for and is not given, or is given and does not ask for
 */
export const fillTemplate = (template: string, parts: Readonly<Record<string, string>>): string => {
  const asked = new Set([...template.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!));
  const missing = [...asked].filter((name) => !Object.hasOwn(parts, name));
  const unused = Object.keys(parts).filter((name) => !asked.has(name));
  if (missing.length > 0) throw new Error(`The template asks for ${missing.join(', ')}`);
  if (unused.length > 0) throw new Error(`The template does not use ${unused.join(', ')}`);
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name]!);
};

/** Code, in blocks and in lines, links' targets and HTML tags: where a space is not a word's. */
const verbatim = /(```[\s\S]*?```|`[^`\n]*`|\]\([^)]*\)|<[^>]*>)/;

/** French puts a space before `: ; ! ?` and inside `« »`, at which a line must not break; and its apostrophe is curved. */
export const typeset = (text: string, language: Language): string =>
  language === 'en'
    ? text
    : text
        .split(verbatim)
        .map((part, index) =>
          index % 2 === 1
            ? part
            : part
                .replace(/ ([:;!?»])/g, '\u00a0$1')
                .replaceAll('« ', '«\u00a0')
                .replace(/(?<=\p{L})'/gu, '\u2019'),
        )
        .join('');
