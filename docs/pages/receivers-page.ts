// The page for whoever writes a receiver. Its figures come from the limits, its code from files that tests run.
import type { Language } from '../../shared/event-types/json-schema.ts';
import {
  callbackTimeoutMs,
  circuitFailuresMin,
  circuitSpanMs,
  connectTimeoutMs,
  disableAfterMs,
  disableFailuresMin,
  drainPerMinute,
  eventBytesMax,
  keyOverlapMsDefault,
  keyOverlapMsMax,
  probeEveryMs,
  responseBytesMax,
  retentionDays,
  retryAfterMsMax,
  retryDelaysMs,
  retryJitterShare,
  slowAnswerMs,
  slowAnswersMin,
  slowWindowMs,
  urlCharactersMax,
  warningShares,
} from '../../shared/limits.ts';
import { signCallback } from '../../shared/signature.ts';
import { parseSigningKey } from '../../shared/signing-key.ts';
import { requestHeaders } from '../request-headers.ts';
import { snippetDeliveries } from '../snippet-deliveries.ts';
import { type SnippetLanguage, snippetLanguages } from '../snippet-languages.ts';
import { codeBlock, fillTemplate, table } from './markdown.ts';
import {
  clockWords,
  count,
  durationWords,
  grouped,
  kibibytes,
  percent,
  sequence,
} from './quantities.ts';

/** The files that the page shows, and what is known of their runs. */
export interface SnippetSources {
  /** The text of a file of `docs/`. */
  read(file: string): string;
  /** `PHP 8.2.36`, where the file passed as it stands now. */
  ranWith(file: string): string | undefined;
}

const words = {
  fr: {
    headers: ['En-tête', 'Exemple', "Ce qu'il dit"],
    attempts: ['Essai', "Attente après l'échec précédent", 'Depuis le premier essai, environ'],
    atOnce: 'aussitôt',
    file: 'Fichier',
    requires: 'ou plus récent',
    ran: 'Exécuté par nos tests avec',
    notRun: 'Pas encore exécuté par nos tests sous cette forme',
    vector: {
      secret: 'secret',
      id: 'webhook-id',
      time: 'webhook-timestamp',
      body: 'corps',
      signature: 'webhook-signature',
    },
    colon: ' :',
    day: 'jour',
  },
  en: {
    headers: ['Header', 'Example', 'What it says'],
    attempts: ['Attempt', 'Wait after the failure before', 'Since the first attempt, about'],
    atOnce: 'at once',
    file: 'File',
    requires: 'or later',
    ran: 'Run by our tests with',
    notRun: 'Not yet run by our tests in this form',
    vector: {
      secret: 'secret',
      id: 'webhook-id',
      time: 'webhook-timestamp',
      body: 'body',
      signature: 'webhook-signature',
    },
    colon: ':',
    day: 'day',
  },
} as const;

export const receiversPage = (
  template: string,
  sources: SnippetSources,
  language: Language,
): string =>
  fillTemplate(template, {
    ...limitWords(language),
    headers: table(
      words[language].headers,
      requestHeaders.map(({ name, example, description }) => [
        `\`${name}\``,
        `\`${example}\``,
        description[language],
      ]),
    ),
    retryTable: retryTable(language),
    deliveryCount: String(snippetDeliveries(0).length),
    snippets: snippetLanguages.map((each) => snippetSection(each, sources, language)).join('\n\n'),
    receiver: codeBlock('js', sources.read('snippets/receiver.mjs')),
    vector: vectorBlock(language),
  });

const limitWords = (language: Language) => ({
  attemptCount: String(retryDelaysMs.length + 1),
  retrySpan: durationWords(Math.floor(sum(retryDelaysMs) / 3_600_000) * 3_600_000, language),
  jitter: percent(retryJitterShare, language),
  retryAfterMax: durationWords(retryAfterMsMax, language),
  connectTimeout: durationWords(connectTimeoutMs, language),
  totalTimeout: durationWords(callbackTimeoutMs, language),
  answerKept: kibibytes(responseBytesMax, language),
  eventSize: kibibytes(eventBytesMax, language),
  retention: count(retentionDays, words[language].day),
  slowAnswer: durationWords(slowAnswerMs, language),
  slowAnswers: String(slowAnswersMin),
  slowWindow: durationWords(slowWindowMs, language),
  circuitFailures: String(circuitFailuresMin),
  circuitSpan: durationWords(circuitSpanMs, language),
  probeEvery: durationWords(probeEveryMs, language),
  drain: sequence(drainPerMinute, language),
  warnings: sequence(
    warningShares.map((share) => percent(share, language)),
    language,
  ),
  disableAfter: durationWords(disableAfterMs, language),
  disableFailures: String(disableFailuresMin),
  urlCharacters: grouped(urlCharactersMax, language),
  overlap: durationWords(keyOverlapMsDefault, language),
  overlapMax: durationWords(keyOverlapMsMax, language),
});

const retryTable = (language: Language): string => {
  const { attempts, atOnce } = words[language];
  const rows = retryDelaysMs.map((delayMs, index) => [
    String(index + 2),
    durationWords(delayMs, language),
    clockWords(sum(retryDelaysMs.slice(0, index + 1))),
  ]);
  return table(attempts, [['1', atOnce, ''], ...rows]);
};

const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, each) => total + each, 0);

const snippetSection = (
  { name, snippet, fence, requires }: SnippetLanguage,
  sources: SnippetSources,
  language: Language,
): string => {
  const { file, requires: orLater, ran, notRun, colon } = words[language];
  const version = sources.ranWith(snippet);
  const mark = version ? `✓ ${ran} ${version}.` : `${notRun}.`;
  const link = `[\`${snippet.replace('snippets/', '')}\`](../${snippet})`;
  return [
    `#### ${name}`,
    codeBlock(fence, sources.read(snippet)),
    `${file}${colon} ${link} · ${requires} ${orLater} · ${mark}`,
  ].join('\n\n');
};

/** Published for good: changing it would break the tests of whoever copied it. */
const example = {
  secret: 'whsec_YSAzMi1ieXRlIGtleSBmb3IgdGVzdHMgb25seSEhISE=',
  id: 'evt_01JA02VERLAINE000002',
  timestampSeconds: 1_791_791_703,
  body: '{"type":"candidate.hired","data":{"candidate":{"firstname":"Inès"}}}',
};

const vectorBlock = (language: Language): string => {
  const { vector, colon } = words[language];
  const { secret, id, timestampSeconds, body } = example;
  const content = { id, timestampSeconds, body: Buffer.from(body) };
  const lines = [
    [vector.secret, secret],
    [vector.id, id],
    [vector.time, String(timestampSeconds)],
    [vector.body, body],
    [vector.signature, signCallback([parseSigningKey(secret)], content)],
  ];
  return codeBlock('', lines.map(([name, value]) => `${name}${colon} ${value}`).join('\n'));
};
