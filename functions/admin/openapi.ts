// The OpenAPI 3.1 document of the admin API, built from its routes: what they take and give is written once.
// https://spec.openapis.org/oas/v3.1.1.html
import * as z from 'zod';
import { adminBodyBytesMax } from '../../shared/limits.ts';
import { about, components } from './openapi-components.ts';
import { type ProblemType, problemStatuses } from './problem.ts';
import { type Method, queryOf, type Route } from './route.ts';

type JsonSchema = Readonly<Record<string, unknown>>;
type Schemas = Record<string, JsonSchema>;

export interface OpenApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly parameters: readonly object[];
  readonly requestBody?: {
    readonly description: string;
    readonly required: boolean;
    readonly content: Readonly<Record<string, { schema: JsonSchema }>>;
  };
  readonly responses: Readonly<Record<string, object>>;
}

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Schemas> } & Readonly<Record<string, object>>;
}

export const openApiOf = (routes: readonly Route<never>[]): OpenApiDocument => {
  const schemas: Schemas = { ...components.schemas };
  const paths = Map.groupBy(routes, ({ path }) => path);
  return {
    openapi: '3.1.1',
    ...about,
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(
      [...paths].map(([path, some]) => [
        path,
        Object.fromEntries(
          some.map((route) => [route.method.toLowerCase(), operationOf(route, schemas)]),
        ),
      ]),
    ),
    components: { ...components, schemas },
  };
};

const operationOf = (route: Route<never>, schemas: Schemas): OpenApiOperation => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.summary,
  ...(route.description !== undefined && { description: route.description }),
  parameters: [
    ...parametersOf('path', route.params, schemas),
    ...parametersOf('query', queryOf(route), schemas),
    ...(route.method === 'POST' ? [{ $ref: '#/components/parameters/Idempotency-Key' }] : []),
    ...(route.takesIfMatch ? [{ $ref: '#/components/parameters/If-Match' }] : []),
  ],
  ...(route.body !== undefined && {
    requestBody: {
      description: `At most ${adminBodyBytesMax / 1024} KiB.`,
      required: !route.body.safeParse({}).success,
      content: {
        [contentTypes[route.method]]: { schema: schemaOf(route.body, 'input', schemas) },
      },
    },
  }),
  responses: { ...answersOf(route, schemas), ...refusalsOf(route) },
});

/** https://www.rfc-editor.org/rfc/rfc7396 */
const contentTypes: Readonly<Record<Method, string>> = {
  GET: 'application/json',
  POST: 'application/json',
  PATCH: 'application/merge-patch+json',
  DELETE: 'application/json',
};

const parametersOf = (place: 'path' | 'query', schema: z.ZodObject, schemas: Schemas): object[] =>
  Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...rest } = schemaOf(field as z.ZodType, 'input', schemas);
    const isRequired = place === 'path' || !(field as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: place,
      ...(isRequired && { required: true }),
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });

const answersOf = (route: Route<never>, schemas: Schemas): Record<string, object> =>
  Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [
      status,
      {
        description: answer.description,
        ...(answer.hasEtag && { headers: { ETag: { $ref: '#/components/headers/ETag' } } }),
        ...((answer.schema ?? answer.contentType) !== undefined && {
          content: {
            [answer.contentType ?? 'application/json']: {
              schema: answer.schema
                ? schemaOf(answer.schema, 'output', schemas)
                : { type: 'string' },
            },
          },
        }),
      },
    ]),
  );

const refusalsOf = (route: Route<never>): Record<string, object> => {
  const types: ProblemType[] = [
    '/problems/invalid-request',
    '/problems/fault',
    ...(Object.keys(route.params.shape).length > 0 ? (['/problems/not-found'] as const) : []),
    ...(route.body !== undefined ? (['/problems/body-too-large'] as const) : []),
    ...(route.takesIfMatch ? (['/problems/changed-meanwhile'] as const) : []),
    ...(route.method === 'GET' ? [] : (['/problems/not-possible-now'] as const)),
    ...(route.method === 'POST'
      ? (['/problems/idempotency-key-reused', '/problems/request-under-way'] as const)
      : []),
    ...(route.rebuild ? (['/problems/gone'] as const) : []),
    ...(route.problems ?? []),
  ];
  return Object.fromEntries(
    types.map((type) => {
      const status = problemStatuses[type];
      return [status, { $ref: `#/components/responses/Problem${status}` }];
    }),
  );
};

/** Schemas with an id of their own (`.meta({ id })`) are put beside the others, and referred to. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output', schemas: Schemas): JsonSchema => {
  const { $schema: _, $defs, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [name, definition] of Object.entries($defs ?? {})) {
    schemas[name] = tidy(definition) as JsonSchema;
  }
  return tidy(own) as JsonSchema;
};

/** `format` says it: zod's pattern for a date, leap years included, helps no reader. */
const tidy = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(tidy);
  if (typeof node !== 'object' || node === null) return node;
  const saysFormat = typeof (node as JsonSchema).format === 'string';
  const kept = Object.entries(node).filter(
    ([key, value]) => !(saysFormat && key === 'pattern' && typeof value === 'string'),
  );
  return Object.fromEntries(
    kept.map(([key, value]) =>
      key === '$ref'
        ? [key, String(value).replace('#/$defs/', '#/components/schemas/')]
        : [key, tidy(value)],
    ),
  );
};
