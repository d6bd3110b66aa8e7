// Wildcards of IAM: `*` is any number of characters, `?` exactly one. Each place of a policy has
// its own borders.

export type Match = (text: string) => boolean;

const escapeLiteral = (text: string): string => text.replace(/[\\^$.|+()[\]{}]/g, '\\$&');

const compile = (pattern: string, star: string, one: string, flags: string): Match => {
  const source = escapeLiteral(pattern).replace(/\*+/g, star).replaceAll('?', one);
  const regExp = new RegExp(`^${source}$`, flags);
  return (text) => regExp.test(text);
};

/** Matches a whole text, case-sensitively: the values of `StringLike`. */
export const compileWildcard = (pattern: string): Match =>
  /[*?]/.test(pattern) ? compile(pattern, '.*', '.', 's') : (text) => text === pattern;

/** Matches an action such as `sqs:Send*`: IAM compares actions without regard to case.
 *  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html */
export const compileAction = (pattern: string): Match => compile(pattern, '.*', '.', 'is');

/**
 * Matches the ARN of a `Resource` element. Wildcards stay within a segment, but for a `*` at a
 * segment's end, which goes on over colons.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const compileResource = (pattern: string): Match => {
  if (!/[*?]/.test(pattern)) return (arn) => arn === pattern;
  const source = escapeLiteral(pattern)
    .replace(/\*+(?=:|$)/g, '\u0000')
    .replace(/\*+/g, '[^:]*')
    .replaceAll('?', '[^:]')
    .replaceAll('\u0000', '.*');
  const regExp = new RegExp(`^${source}$`, 's');
  return (arn) => regExp.test(arn);
};

/**
 * Matches the ARNs of `ArnLike` and `ArnEquals`, which are the same: six segments, each for itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const compileArn = (pattern: string): Match => {
  const segments = segmentsOf(pattern).map(compileWildcard);
  return (arn) => {
    const found = segmentsOf(arn);
    return (
      found.length === segments.length && segments.every((matches, i) => matches(found[i] ?? ''))
    );
  };
};

/** The last of the six keeps its colons: `arn:aws:lambda:eu-west-3:000000000000:function:name`. */
const segmentsOf = (arn: string): string[] => {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
};
