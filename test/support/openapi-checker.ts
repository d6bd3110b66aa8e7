// Holds answers to an OpenAPI document: their status, their type and their body must be as it says.
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { OpenApiDocument, OpenApiOperation } from '../../functions/admin/openapi.ts';

export interface SeenAnswer {
  readonly method: string;
  /** As it was called: `/v1/companies/318/subscriptions`. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
  readonly etag?: string | null;
}

export interface DescribedOperation {
  readonly method: string;
  /** As the document writes it. */
  readonly path: string;
  readonly operation: OpenApiOperation;
}

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
  readonly headers?: Readonly<Record<string, object>>;
}

export const operationsOf = (document: OpenApiDocument): DescribedOperation[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** Ajv over the document's schemas; strict, so that a keyword that it would pass over is an error. */
export const compileIn = (document: OpenApiDocument) => {
  const ajv = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true });
  ajv.addVocabulary(['components', 'example']);
  const { schemas } = document.components;
  return (schema: object) => ajv.compile({ components: { schemas }, allOf: [schema] });
};

/** The answer throws for what the document does not say, and names it. */
export const createChecker = (document: OpenApiDocument): ((answer: SeenAnswer) => void) => {
  const compile = compileIn(document);
  const validators = new Map<object, ReturnType<typeof compile>>();
  const operations = operationsOf(document);

  return (answer) => {
    const { method, path, status, contentType, body } = answer;
    const where = `${method} ${path} answered ${status}`;
    const described = operations.find((each) => each.method === method && matches(each.path, path));
    const response =
      described === undefined
        ? refusal(document)
        : responseOf(document, described.operation, status);
    if (response === undefined) throw new Error(`${where}, which the document does not name`);
    if ((answer.etag !== null && answer.etag !== undefined) !== (response.headers !== undefined)) {
      throw new Error(`${where}; its ETag is not as the document says`);
    }
    const [[type, media] = []] = Object.entries(response.content ?? {});
    if (media === undefined || type === undefined) {
      if (body !== '') throw new Error(`${where} with a body, where the document names none`);
      return;
    }
    if (contentType !== type) throw new Error(`${where} as ${contentType}, not as ${type}`);
    if (!/[/+]json$/.test(type)) return;
    const validate = validators.get(media.schema) ?? compile(media.schema);
    validators.set(media.schema, validate);
    if (!validate(JSON.parse(body))) {
      throw new Error(`${where}: ${JSON.stringify(validate.errors)} in ${body.slice(0, 500)}`);
    }
  };
};

const matches = (template: string, path: string): boolean =>
  new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);

const responseOf = (
  document: OpenApiDocument,
  { responses }: OpenApiOperation,
  status: number,
): Response | undefined => {
  const response = responses[status] as { $ref?: string } | undefined;
  if (response?.$ref === undefined) return response as Response | undefined;
  return follow(document, response.$ref) as Response;
};

/** What a request without a route gets: 404, or 405. */
const refusal = (document: OpenApiDocument): Response =>
  follow(document, '#/components/responses/Problem404') as Response;

export const follow = (document: OpenApiDocument, reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
