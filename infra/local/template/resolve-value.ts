// Replaces CloudFormation's intrinsic functions in a value by what they give.
import { evaluateIntrinsic, IntrinsicError, noValue, type Scope } from './intrinsics.ts';

/** Takes a dotted path below the value, and what is wrong there. */
export type FaultAt = (path: string, why: string) => void;

/**
 * Gives the value with every intrinsic resolved and each `AWS::NoValue` left out. Goes on after a
 * fault, so that all are reported; what could not be resolved is left out.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export const resolveValue = (scope: Scope, value: unknown, fault: FaultAt): unknown => {
  const resolved = walk(value, [], (intrinsic, path) => {
    try {
      return evaluate(scope, intrinsic);
    } catch (error) {
      if (!(error instanceof IntrinsicError)) throw error;
      fault(path.join('.'), error.message);
      return noValue;
    }
  });
  return resolved === noValue ? undefined : resolved;
};

/** One intrinsic and all within it; the first fault ends it. */
const evaluate = (scope: Scope, intrinsic: Readonly<Record<string, unknown>>): unknown =>
  evaluateIntrinsic(scope, intrinsic, (inner) =>
    walk(inner, [], (deeper) => evaluate(scope, deeper)),
  );

type Path = readonly string[];

type OnIntrinsic = (intrinsic: Readonly<Record<string, unknown>>, path: Path) => unknown;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const walk = (value: unknown, path: Path, onIntrinsic: OnIntrinsic): unknown => {
  if (Array.isArray(value)) {
    return value
      .map((item, index) => walk(item, [...path, String(index)], onIntrinsic))
      .filter((item) => item !== noValue);
  }
  if (!isObject(value)) return value;
  if (Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))) {
    return onIntrinsic(value, path);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, walk(item, [...path, key], onIntrinsic)] as const)
      .filter(([, item]) => item !== noValue),
  );
};
