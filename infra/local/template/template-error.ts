// What local mode cannot run of a template: everything at once, each thing by its name.

export interface Refusal {
  readonly logicalId: string;
  /** Resource type, or the section of the template where there is no resource. */
  readonly type: string;
  /** Dotted path below `Properties`; absent when the resource as a whole is meant. */
  readonly property?: string;
  readonly why: string;
}

export type Refuse = (refusal: Refusal) => void;

/**
 * Thrown once with all refusals, so that a template is mended in one go and not one start at a
 * time.
 */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly code = 'TEMPLATE';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(['Local mode cannot run this template:', ...refusals.map(lineOf)].join('\n'));
    this.refusals = refusals;
  }
}

const lineOf = ({ logicalId, type, property, why }: Refusal): string =>
  `- ${logicalId} (${type})${property === undefined ? '' : `, ${property}`}: ${why}`;
