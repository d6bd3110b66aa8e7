// An EventBridge schema registry with what the ATS puts on the bus: for those who write rules and consumers in AWS.
import { Stack } from 'aws-cdk-lib';
import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas';
import { Construct } from 'constructs';
import type { EventTypeEntry } from '../shared/event-types/define-event-type.ts';
import { detailJsonSchema } from '../shared/event-types/json-schema.ts';
import { type JsonSchema, toDraft4 } from './draft-4-schema.ts';

export interface SchemaRegistryProps {
  /** `Source` of the ATS's events. */
  readonly source: string;
  /** Derived types are never on the bus, and are left out. */
  readonly entries: readonly EventTypeEntry[];
}

/** Characters of a schema.
 *  https://docs.aws.amazon.com/eventbridge/latest/schema-reference/v1-registries-name-registryname-schemas-name-schemaname.html */
const contentCharactersMax = 100_000;

/** A change of the catalogue becomes a new version of the type's schema; the registry keeps those before it. */
export class SchemaRegistry extends Construct {
  constructor(scope: Construct, id: string, { source, entries }: SchemaRegistryProps) {
    super(scope, id);
    const registry = new CfnRegistry(this, 'Registry', {
      registryName: `${Stack.of(this).stackName}-events`,
      description: 'The events that the ATS publishes, from the catalogue.',
    });
    for (const entry of entries.filter(({ routed }) => routed)) {
      new CfnSchema(this, entry.name, {
        registryName: registry.attrRegistryName,
        // As EventBridge names the schemas that it discovers.
        schemaName: `${source}@${entry.name}`,
        type: 'JSONSchemaDraft4',
        description: entry.description.en,
        content: contentOf(entry, source),
      });
    }
  }
}

const contentOf = (entry: EventTypeEntry, source: string): string => {
  const content = JSON.stringify(busEventSchema(entry, source));
  if (content.length <= contentCharactersMax) return content;
  throw new Error(
    `The schema of ${entry.name} has ${content.length} characters; a registry takes ${contentCharactersMax}`,
  );
};

/**
 * The whole event as rules and their targets see it, in draft 4.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
const busEventSchema = (entry: EventTypeEntry, source: string): JsonSchema => {
  const { $schema, title, definitions, ...detail } = toDraft4(detailJsonSchema(entry, 'en'));
  const text = { type: 'string' };
  return {
    $schema,
    title,
    type: 'object',
    'x-amazon-events-source': source,
    'x-amazon-events-detail-type': entry.name,
    properties: {
      version: text,
      id: text,
      'detail-type': { enum: [entry.name] },
      source: { enum: [source] },
      account: text,
      time: { type: 'string', format: 'date-time' },
      region: text,
      resources: { type: 'array', items: text },
      detail,
    },
    required: ['detail-type', 'source', 'detail'],
    definitions,
  };
};
