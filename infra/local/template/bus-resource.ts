// Event buses and their archives.
import * as z from 'zod';
import type { ArchiveModel, BusModel } from '../stack-model.ts';
import { eventPattern } from './event-pattern-property.ts';
import { arn, givenName, inert, refused, wholeNumber } from './property-kinds.ts';
import { arnOf, type ResourceKind } from './resource-kind.ts';
import type { Resources } from './resources.ts';

/** CDK writes an empty key where none is wanted. */
const noKey = z
  .literal('', { error: 'KMS is not emulated; leave the key to EventBridge.' })
  .optional();

const busProperties = z.strictObject({
  Name: z.string().regex(/^[\w./-]{1,256}$/),
  Description: inert,
  KmsKeyIdentifier: noKey,
  LogConfig: inert,
  Tags: inert,
  DeadLetterConfig: refused('it only serves buses that a customer key encrypts.'),
  EventSourceName: refused('partner event sources are not emulated.'),
  Policy: refused('policies of a bus are not judged here; grant events:PutEvents to the role.'),
});

export const busKind: ResourceKind<z.infer<typeof busProperties>> = {
  type: 'AWS::Events::EventBus',
  properties: busProperties,
  identify: (naming) => {
    const name = naming.name('Name', 256);
    const arn = arnOf(naming, 'events', `event-bus/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn, Name: name } };
  },
};

const archiveProperties = z.strictObject({
  ArchiveName: givenName(/^[\w.-]{1,48}$/),
  SourceArn: arn,
  EventPattern: eventPattern.optional(),
  /** Zero, as nothing said: for ever. */
  RetentionDays: wholeNumber(0, 1_000_000).default(0),
  Description: inert,
  KmsKeyIdentifier: noKey,
});

export const archiveKind: ResourceKind<z.infer<typeof archiveProperties>> = {
  type: 'AWS::Events::Archive',
  properties: archiveProperties,
  identify: (naming) => {
    const name = naming.name('ArchiveName', 48);
    const arn = arnOf(naming, 'events', `archive/${name}`);
    return { name, arn, ref: name, attributes: { Arn: arn } };
  },
};

export const readBuses = (resources: Resources): BusModel[] =>
  resources.of(busKind).map(({ logicalId, identity }) => ({
    logicalId,
    name: identity.name,
    arn: identity.arn,
  }));

export const readArchives = (resources: Resources): ArchiveModel[] =>
  resources.of(archiveKind).map((archive) => {
    const { logicalId, identity, properties } = archive;
    resources.find(archive, 'SourceArn', properties.SourceArn, busKind.type);
    return {
      logicalId,
      name: identity.name,
      arn: identity.arn,
      busArn: properties.SourceArn,
      ...(properties.EventPattern && { eventPattern: properties.EventPattern }),
      retentionDays: properties.RetentionDays,
    };
  });
