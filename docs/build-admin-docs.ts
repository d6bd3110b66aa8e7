// The admin API's documentation: its OpenAPI document, and a page for the ATS's back end, both from the routes.
import { type OpenApiDocument, openApiOf } from '../functions/admin/openapi.ts';
import { problemStatuses, problemTypes } from '../functions/admin/problem.ts';
import { adminRoutes } from '../functions/admin/routes.ts';
import {
  adminBodyBytesMax,
  idempotencyDays,
  pageBytesMax,
  pageItemsMax,
} from '../shared/limits.ts';

/** Path within `docs/` → text. */
export const buildAdminDocs = (): ReadonlyMap<string, string> => {
  const document = openApiOf(adminRoutes);
  return new Map([
    ['admin-openapi.json', `${JSON.stringify(document, null, 2)}\n`],
    ['admin-api.md', pageOf(document)],
  ]);
};

const pageOf = (document: OpenApiDocument): string => `# The admin API

For the ATS's back end. The same, for tools: [OpenAPI 3.1](admin-openapi.json), also served at \`/v1/openapi.json\`. Written by \`npm run docs\` from the routes; do not edit.

- **Where**: the stack's output \`AdminUrl\`. Sign each request with AWS Signature Version 4, service \`lambda\`; the role needs \`lambda:InvokeFunctionUrl\` and \`lambda:InvokeFunction\`. Whoever may call it may act for every company.
- **Bodies** are JSON of at most ${adminBodyBytesMax / 1024} KiB, strict: a field that is not known is refused, not passed over. A PATCH is a JSON merge patch: what is not named stays, null takes back.
- **Once**: give each POST an \`Idempotency-Key\`. Within ${24 * idempotencyDays} hours the same request with it makes nothing new and gets the same answer.
- **No lost update**: send the \`ETag\` of what you read as \`If-Match\` with a change. 412 means that it has changed since.
- **Lists** come in pages of at most ${pageItemsMax} items or ${pageBytesMax / 1024 ** 2} MB: ask again with \`cursor\` set to \`next_cursor\` until that is null.
- **Errors** are \`application/problem+json\` (RFC 9457): switch on \`type\`; \`errors\` names the fields.

${document.tags.map(({ name }) => sectionOf(document, name)).join('\n')}
## Errors

| Status | Type | Meaning |
| --- | --- | --- |
${Object.entries(problemTypes)
  .map(([type, meaning]) => [problemStatuses[type as keyof typeof problemTypes], type, meaning])
  .toSorted(([one], [other]) => Number(one) - Number(other))
  .map(([status, type, meaning]) => `| ${status} | \`${type}\` | ${meaning} |`)
  .join('\n')}
`;

const sectionOf = (document: OpenApiDocument, tag: string): string => {
  const rows = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { tags }]) => tags.includes(tag))
      .map(([method, { summary, description }]) => {
        const text = description === undefined ? summary : `${summary}. ${description}`;
        return `| \`${method.toUpperCase()} ${path}\` | ${text.replaceAll('|', '\\|')} |`;
      }),
  );
  return `## ${tag}\n\n| Request | What it does |\n| --- | --- |\n${rows.join('\n')}\n`;
};
