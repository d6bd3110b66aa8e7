// The admin API's documentation: its OpenAPI document, and a page for the ATS's back end, both from the routes.
import {
  type OpenApiDocument,
  type OpenApiOperation,
  openApiOf,
} from '../functions/admin/openapi.ts';
import { problemStatuses, problemTypes } from '../functions/admin/problem.ts';
import { adminRoutes } from '../functions/admin/routes.ts';
import { deliveryStatuses } from '../shared/delivery.ts';
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

With the credentials of a role, by curl 7.75 or later:

\`\`\`
curl --aws-sigv4 "aws:amz:$AWS_REGION:lambda" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \\
  -H "x-amz-security-token: $AWS_SESSION_TOKEN" -H "idempotency-key: hr-of-318" -H 'content-type: application/json' \\
  "\${ADMIN_URL}v1/companies/318/subscriptions" \\
  -d '{"url": "https://hr.example.com/hooks", "event_types": ["candidate.hired"]}'
\`\`\`

In the tables, what must be given is **bold**.

${document.tags.map(({ name }) => sectionOf(document, name)).join('\n')}
## Statuses of a delivery

| Status | Meaning |
| --- | --- |
${Object.entries(deliveryStatuses)
  .map(([status, meaning]) => `| \`${status}\` | ${meaning} |`)
  .join('\n')}

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
      .map(([method, operation]) => {
        const { summary, description } = operation;
        const text = description === undefined ? summary : `${summary}. ${description}`;
        const cells = [`\`${method.toUpperCase()} ${path}\``, takenBy(operation), text];
        return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
      }),
  );
  return `## ${tag}\n\n| Request | Body, or query | What it does |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
};

/** The names of what a request takes beside its path. */
const takenBy = ({ requestBody, parameters }: OpenApiOperation): string => {
  const [content] = Object.values(requestBody?.content ?? {});
  const { properties = {}, required = [] } = (content?.schema ?? {}) as BodySchema;
  const names = [
    ...Object.keys(properties).map((name) => nameIn(name, required.includes(name))),
    ...(parameters as Parameter[])
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, required: isRequired }) => nameIn(name, isRequired ?? false)),
  ];
  return names.join(', ');
};

interface BodySchema {
  readonly properties?: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
}

interface Parameter {
  readonly in?: string;
  readonly name: string;
  readonly required?: boolean;
}

const nameIn = (name: string, isRequired: boolean): string =>
  isRequired ? `**\`${name}\`**` : `\`${name}\``;
