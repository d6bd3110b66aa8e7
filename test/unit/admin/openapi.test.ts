// The OpenAPI 3.1 document of the admin API: its structure, and that it says what the routes do.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { openApiOf } from '../../../functions/admin/openapi.ts';
import { problemStatuses, problemTypes } from '../../../functions/admin/problem.ts';
import { adminRoutes } from '../../../functions/admin/routes.ts';
import { compileIn, follow, operationsOf } from '../../support/openapi-checker.ts';

const document = JSON.parse(JSON.stringify(openApiOf(adminRoutes))) as ReturnType<typeof openApiOf>;
const operations = operationsOf(document);

/** The objects of OpenAPI 3.1 that this document may use, strictly. https://spec.openapis.org/oas/v3.1.1.html#schema-1 */
const schema = z.union([z.boolean(), z.looseObject({})]);
const reference = z.strictObject({ $ref: z.string().startsWith('#/components/') });
const header = z.strictObject({
  description: z.string().optional(),
  schema,
  example: z.unknown().optional(),
});
const parameter = z.strictObject({
  name: z.string().min(1),
  in: z.enum(['path', 'query', 'header']),
  description: z.string().min(1).optional(),
  required: z.literal(true).optional(),
  schema,
  example: z.unknown().optional(),
});
const content = z.record(
  z.string().regex(/^[a-z]+\/[a-z.+-]+$/),
  z.strictObject({ schema: z.union([reference, schema]) }),
);
const response = z.strictObject({
  description: z.string().min(1),
  headers: z.record(z.string(), z.union([reference, header])).optional(),
  content: content.optional(),
});
const componentName = z.string().regex(/^[a-zA-Z0-9._-]+$/);
const openApi = z.strictObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    summary: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  servers: z.array(z.strictObject({ url: z.string(), description: z.string() })).min(1),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string() })),
  paths: z.record(
    z.string().startsWith('/v1/'),
    z.record(
      z.enum(['get', 'post', 'patch', 'delete']),
      z
        .strictObject({
          operationId: z.string().regex(/^[a-z][A-Za-z]+$/),
          tags: z.array(z.string()).length(1),
          summary: z.string().min(1).max(120),
          description: z.string().min(1).optional(),
          parameters: z.array(z.union([reference, parameter])),
          requestBody: z
            .strictObject({ description: z.string(), required: z.boolean(), content })
            .optional(),
          responses: z
            .record(z.string().regex(/^[1-5]\d\d$/), z.union([reference, response]))
            .refine((all) => Object.keys(all).some((status) => status.startsWith('2'))),
        })
        .optional(),
    ),
  ),
  components: z.strictObject({
    schemas: z.record(componentName, schema),
    parameters: z.record(componentName, parameter),
    headers: z.record(componentName, header),
    responses: z.record(componentName, response),
    securitySchemes: z.record(
      componentName,
      z.strictObject({
        type: z.literal('apiKey'),
        in: z.literal('header'),
        name: z.string(),
        description: z.string(),
        'x-amazon-apigateway-authtype': z.literal('awsSigv4'),
      }),
    ),
  }),
});

/** Every value under a key, anywhere in the document. */
const valuesOf = (key: string, node: unknown = document): unknown[] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([name, value]) => [
        ...(name === key ? [value] : []),
        ...valuesOf(key, value),
      ]);

describe('the document', () => {
  it('has OpenAPI 3.1’s fields, and no others', () => {
    expect(z.prettifyError(openApi.safeParse(document).error ?? new z.ZodError([]))).toBe('');
  });

  it('names each operation once, and describes every route', () => {
    const ids = operations.map(({ operation }) => operation.operationId);

    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(adminRoutes.map(({ id }) => id)));
    expect(operations.length).toBe(adminRoutes.length);
  });

  it('refers to what is there, and to everything that is there', () => {
    const references = new Set(valuesOf('$ref') as string[]);
    const named = Object.entries(document.components).flatMap(([group, members]) =>
      Object.keys(members).map((name) => `#/components/${group}/${name}`),
    );
    const unused = named.filter((name) => !references.has(name));

    expect([...references].filter((each) => follow(document, each) === undefined)).toEqual([]);
    // Named by `security`; and by no route that this stack has, perhaps.
    expect(unused.filter((name) => !/securitySchemes|responses/.test(name))).toEqual([]);
  });

  it('has a parameter for each placeholder of its path, and no other in the path', () => {
    for (const { path, operation } of operations) {
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = (operation.parameters as { in?: string; name?: string; required?: true }[])
        .filter((each) => each.in === 'path')
        .map(({ name, required }) => required && name);

      expect(inPath.toSorted()).toEqual(placeholders.toSorted());
    }
  });

  it('has no two paths that one request could mean, but for plainer words before placeholders', () => {
    const shapes = Object.keys(document.paths).map((path) => path.replaceAll(/\{\w+\}/g, '{}'));

    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('has schemas of JSON Schema 2020-12 alone', () => {
    const compile = compileIn(document);
    for (const each of [...Object.values(document.components.schemas), ...valuesOf('schema')]) {
      expect(() => compile(each as object)).not.toThrow();
    }
    expect(JSON.stringify(document)).not.toMatch(/"\$(defs|id|schema)"|#\/\$defs/);
  });

  it('lets no answer have a field that it does not name, but for itself and events’ own data', () => {
    const open = operations
      .filter(({ operation }) => operation.operationId !== 'getOpenApi')
      .flatMap(({ operation }) =>
        (valuesOf('properties', operation.responses) as object[]).length === 0
          ? []
          : openObjectsIn(operation.responses).map((at) => `${operation.operationId}${at}`),
      );

    expect(open).toEqual([]);
  });

  it('names every problem that a refusal may be', () => {
    const problem = document.components.schemas.Problem as {
      properties: { type: { enum: string[] } };
    };

    expect(problem.properties.type.enum).toEqual(Object.keys(problemTypes));
    expect(Object.keys(problemStatuses)).toEqual(Object.keys(problemTypes));
  });
});

/** Objects with named fields that take others too. */
const openObjectsIn = (node: unknown, at = ''): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const { properties, additionalProperties } = node as Record<string, unknown>;
  const isOpen = typeof properties === 'object' && additionalProperties !== false;
  return [
    ...(isOpen ? [at] : []),
    ...Object.entries(node).flatMap(([key, value]) => openObjectsIn(value, `${at}/${key}`)),
  ];
};
