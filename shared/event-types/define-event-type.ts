// What an entry of the catalogue says, and how a type's file says it with no word too many.
import type * as z from 'zod';

/** The same thing said in both languages of the documentation. */
export interface Bilingual {
  readonly fr: string;
  readonly en: string;
}

/** The groups of the ATS's settings page, in its order. */
export const eventGroups = {
  candidates: { fr: 'Candidats', en: 'Candidates' },
  actions: { fr: 'Actions', en: 'Actions' },
  messages: { fr: 'Messages', en: 'Messages' },
  members: { fr: 'Membres', en: 'Members' },
  vacancies: { fr: 'Offres', en: 'Job listings' },
  comments: { fr: 'Commentaires', en: 'Comments' },
} as const satisfies Record<string, Bilingual>;

export type EventGroup = keyof typeof eventGroups;

/** The settings of a subscription that mean something for a type, under the names that the admin API gives them. */
export type SubscriptionOption =
  | 'vacancy_ids'
  | 'column_ids'
  | 'hired_only'
  | 'include_private_comments';

interface Definition<Name extends string, Data extends z.ZodType> {
  /** What the ATS puts as `DetailType` and the callback says as `type`. */
  readonly name: Name;
  /** In the ATS's own words. */
  readonly label: Bilingual;
  /** When it fires. */
  readonly description: Bilingual;
  readonly group: EventGroup;
  readonly options: readonly SubscriptionOption[];
  /** Written by hand, of a company that does not exist; without it, one is composed from the schema. */
  readonly sample?: SampleCallback;
  /** The schema of `Detail.data`, which is the callback's `data`. */
  readonly data: Data;
  /**
   * One step for each published version but the first, the oldest step first: each makes data of its version into
   * data of the version before, for subscriptions made with that one. Pure; never throws, whatever the data.
   */
  readonly stepsDown?: readonly StepDown[];
}

/** A complete callback body. */
export interface SampleCallback {
  readonly id: string;
  readonly type: string;
  readonly event: string;
  readonly timestamp: string;
  readonly company_id: number;
  readonly test: boolean;
  readonly data: RawData;
}

export type StepDown = (data: RawData) => RawData;

/** Data that fan-out has not held to a schema. */
type RawData = Readonly<Record<string, unknown>>;

export interface EventTypeEntry<
  Name extends string = string,
  Data extends z.ZodType = z.ZodType,
  Routed extends boolean = boolean,
> extends Definition<Name, Data> {
  /** The value of the callback's `event`: the name that the ATS documented before there was a `type`, or the type. */
  readonly legacyName: string;
  /** Of `data`, from 1: one more than there are steps down. */
  readonly version: number;
  /** True when the ATS publishes it: it has a rule and a queue of its own. False when fan-out derives it. */
  readonly routed: Routed;
}

/** An event type that the ATS publishes. Its legacy name is its name unless the ATS documented another. */
export const defineEventType = <const Name extends string, Data extends z.ZodType>(
  definition: Definition<Name, Data> & { readonly legacyName?: string },
): EventTypeEntry<Name, Data, true> => ({
  legacyName: definition.name,
  ...definition,
  version: versionOf(definition),
  routed: true,
});

export interface DerivedTypeEntry<Name extends string = string, Data extends z.ZodType = z.ZodType>
  extends EventTypeEntry<Name, Data, false> {
  /** The published type that it comes from. */
  readonly derivedFrom: string;
  /** Ends the derived event's id, after the id of the event that it comes from. */
  readonly idSuffix: string;
  /** Whether an event of that type means this one too. */
  happened(data: RawData): boolean;
}

/** An event type that fan-out derives from another: no rule, no queue, an event and deliveries of its own. */
export const defineDerivedType = <const Name extends string, Data extends z.ZodType>(
  definition: Definition<Name, Data> &
    Pick<DerivedTypeEntry, 'derivedFrom' | 'idSuffix' | 'happened'>,
): DerivedTypeEntry<Name, Data> => ({
  legacyName: definition.name,
  ...definition,
  version: versionOf(definition),
  routed: false,
});

const versionOf = ({ stepsDown = [] }: Pick<EventTypeEntry, 'stepsDown'>): number =>
  stepsDown.length + 1;
