// What local mode cannot run of a template: everything at once, each thing by its name.
import { StartError } from '../start-error.ts';

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
export class TemplateError extends StartError {
  override readonly name = 'TemplateError';
  override readonly code = 'TEMPLATE';
  readonly refusals: readonly Refusal[];

  constructor(refusals: readonly Refusal[]) {
    super(['Local mode cannot run this template:', ...refusals.map(lineOf), howToMend].join('\n'));
    this.refusals = refusals;
  }
}

const howToMend = 'Change it in infra/, or teach infra/local/ to run it.';

const lineOf = ({ logicalId, type, property, why }: Refusal): string =>
  `- ${logicalId} (${type})${property === undefined ? '' : `, ${property}`}: ${why}`;
