// Names for resources that the template leaves unnamed: the same at each start, so that kept data
// is found again.
import { createHash } from 'node:crypto';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * `<stack>-<logical id>`. A name over the service's limit is cut and ends in a hash: CDK tells
 * logical ids apart by their last characters, which a plain cut would drop.
 */
export const physicalName = (stackName: string, logicalId: string, limit: number): string => {
  const whole = `${stackName}-${logicalId}`;
  return whole.length <= limit
    ? whole
    : `${whole.slice(0, limit - 9)}-${hashOf(whole).slice(0, 8)}`;
};

/** A UUID that a stack and a logical id always get again. */
export const stableUuid = (stackName: string, logicalId: string): string =>
  hashOf(`${stackName}-${logicalId}`).replace(
    /^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/,
    '$1-$2-$3-$4-$5',
  );
