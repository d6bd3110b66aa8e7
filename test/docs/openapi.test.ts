// The OpenAPI 3.1 description: its structure, and that its schemas take what is really sent.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { openApiOf } from '../../docs/openapi.ts';
import { sampleCallback } from '../../shared/event-types/samples.ts';
import { type EventTypeName, eventTypes } from '../../shared/event-types.ts';

const document = openApiOf(Object.values(eventTypes));
const types = Object.keys(eventTypes) as EventTypeName[];

type Json = Readonly<Record<string, unknown>>;

const referencesIn = (node: unknown): string[] =>
  typeof node !== 'object' || node === null
    ? []
    : Object.entries(node).flatMap(([key, value]) =>
        key === '$ref' && typeof value === 'string' ? [value] : referencesIn(value),
      );

const follow = (pointer: string): unknown =>
  pointer
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((node, key) => (node as Json | undefined)?.[key], document);

describe('the document', () => {
  it('has the fixed fields of OpenAPI 3.1, and no paths: it describes what others call', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
    expect(Object.keys(document).sort()).toEqual(
      ['components', 'info', 'jsonSchemaDialect', 'openapi', 'security', 'tags', 'webhooks'].sort(),
    );
  });

  it('has one entry for each type that a subscription can name', () => {
    expect(Object.keys(document.webhooks)).toEqual(types);
  });

  it('refers to what is there, and to everything that is there', () => {
    const references = [...new Set(referencesIn(document))];
    const components = Object.entries(document.components).flatMap(([group, members]) =>
      Object.keys(members).map((name) => `#/components/${group}/${name}`),
    );

    expect(references.filter((reference) => follow(reference) === undefined)).toEqual([]);
    expect(components.filter((component) => !references.includes(component))).toEqual([]);
  });

  it('names its components as OpenAPI allows', () => {
    const names = Object.values(document.components).flatMap((members) => Object.keys(members));

    expect(names.filter((name) => !/^[a-zA-Z0-9._-]+$/.test(name))).toEqual([]);
  });

  it('leaves nothing of the catalogue’s own documents in its schemas', () => {
    expect(JSON.stringify(document)).not.toMatch(/"\$(defs|id|schema)"|#\/\$defs/);
  });
});

describe.each(types)('the webhook %s', (type) => {
  const { post } = document.webhooks[type]!;
  let takes: (body: unknown) => boolean;
  beforeAll(() => {
    const ajv = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true });
    ajv.addVocabulary(['x-mark', 'x-personal', 'components']);
    takes = ajv.compile({
      components: { schemas: document.components.schemas },
      $ref: `#/components/schemas/${type}`,
    });
  });

  it('has what OpenAPI asks of an operation', () => {
    const { parameters, requestBody, responses, tags } = post;

    expect(parameters.map(({ $ref }) => follow($ref))).toEqual(
      parameters.map(() => expect.objectContaining({ in: 'header', name: expect.any(String) })),
    );
    expect(Object.keys(requestBody.content)).toEqual(['application/json']);
    expect(Object.keys(responses)).toEqual(['410', '429', '503', '2XX', 'default']);
    for (const { $ref } of Object.values(responses)) {
      expect(follow($ref)).toHaveProperty('description');
    }
    expect(document.tags.map(({ name }) => name)).toEqual(expect.arrayContaining(tags));
  });

  it('takes its sample, which it also shows', () => {
    const { examples } = post.requestBody.content['application/json'];

    expect(takes(sampleCallback(type))).toBe(true);
    expect(examples.sample.value).toEqual(sampleCallback(type));
  });

  it('refuses a callback of another type, and one without data', () => {
    const { data: _, ...empty } = sampleCallback(type);

    expect(takes({ ...sampleCallback(type), type: 'candidate.renamed' })).toBe(false);
    expect(takes(empty)).toBe(false);
  });
});
