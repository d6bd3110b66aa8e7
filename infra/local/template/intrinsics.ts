// CloudFormation's intrinsic functions, as far as a CDK template uses them; any other is refused by
// its name.

/**
 * Where the functions find what they name. Each throws IntrinsicError for a name that does not
 * exist.
 */
export interface Scope {
  /** A resource, a parameter or a pseudo parameter. */
  readonly ref: (name: string) => unknown;
  readonly attribute: (logicalId: string, attribute: string) => unknown;
  readonly mapped: (map: string, topKey: string, secondKey: string) => unknown;
  readonly condition: (name: string) => boolean;
}

/** A fault of the template, at the place that is being resolved. */
export class IntrinsicError extends Error {
  override readonly name = 'IntrinsicError';
}

/** What `AWS::NoValue` gives: the property or list item that has it is left out. */
export const noValue: unique symbol = Symbol('AWS::NoValue');

type Resolve = (value: unknown) => unknown;
type Intrinsic = (scope: Scope, argument: unknown) => unknown;

/** Takes the one-key object of an intrinsic, and how to resolve what is within it. */
export const evaluateIntrinsic = (
  scope: Scope,
  object: Readonly<Record<string, unknown>>,
  resolve: Resolve,
): unknown => {
  const [[name, argument] = ['', undefined], ...others] = Object.entries(object);
  if (others.length > 0) {
    throw new IntrinsicError(
      `an intrinsic function stands alone; here are ${Object.keys(object).join(', ')}.`,
    );
  }
  // The branch that is not taken may name resources that do not exist.
  if (name === 'Fn::If') return resolve(takenBranch(scope, argument));
  const intrinsic = intrinsics.get(name);
  if (intrinsic === undefined) throw new IntrinsicError(`${name} is not resolved by local mode.`);
  return intrinsic(scope, resolve(argument));
};

const list = (name: string, argument: unknown, length: number): readonly unknown[] => {
  if (Array.isArray(argument) && argument.length === length) return argument;
  throw new IntrinsicError(`${name} wants a list of ${length}.`);
};

const text = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new IntrinsicError(`${name} wants text here, not ${describe(value)}.`);
};

const describe = (value: unknown): string =>
  value === noValue ? 'AWS::NoValue' : (JSON.stringify(value) ?? 'nothing');

const takenBranch = (scope: Scope, argument: unknown): unknown => {
  const [condition, whenTrue, whenFalse] = list('Fn::If', argument, 3);
  return scope.condition(text('Fn::If', condition)) ? whenTrue : whenFalse;
};

const getAtt: Intrinsic = (scope, argument) => {
  const [logicalId, attribute] = list('Fn::GetAtt', argument, 2);
  return scope.attribute(text('Fn::GetAtt', logicalId), text('Fn::GetAtt', attribute));
};

const join: Intrinsic = (_scope, argument) => {
  const [separator, items] = list('Fn::Join', argument, 2);
  if (!Array.isArray(items)) throw new IntrinsicError('Fn::Join wants a list to join.');
  return items.map((item) => text('Fn::Join', item)).join(text('Fn::Join', separator));
};

const split: Intrinsic = (_scope, argument) => {
  const [separator, whole] = list('Fn::Split', argument, 2);
  return text('Fn::Split', whole).split(text('Fn::Split', separator));
};

const select: Intrinsic = (_scope, argument) => {
  const [index, items] = list('Fn::Select', argument, 2);
  if (!Array.isArray(items)) throw new IntrinsicError('Fn::Select wants a list to choose from.');
  const found = /^\d+$/.test(text('Fn::Select', index)) ? items[Number(index)] : undefined;
  if (found === undefined) {
    throw new IntrinsicError(`Fn::Select finds no item ${describe(index)} among ${items.length}.`);
  }
  return found;
};

const sub: Intrinsic = (scope, argument) => {
  const [template, variables] = Array.isArray(argument)
    ? list('Fn::Sub', argument, 2)
    : [argument, {}];
  const own = new Map(Object.entries(variables ?? {}));
  return text('Fn::Sub', template).replace(
    /\$\{(!?)([^}]*)\}/g,
    (_match, literal, name: string) => {
      if (literal) return `\${${name}}`;
      if (own.has(name)) return text('Fn::Sub', own.get(name));
      const dot = name.indexOf('.');
      const value =
        dot < 0 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1));
      return text('Fn::Sub', value);
    },
  );
};

const findInMap: Intrinsic = (scope, argument) => {
  const [map, topKey, secondKey] = list('Fn::FindInMap', argument, 3).map((key) =>
    text('Fn::FindInMap', key),
  );
  return scope.mapped(map ?? '', topKey ?? '', secondKey ?? '');
};

const intrinsics: ReadonlyMap<string, Intrinsic> = new Map([
  ['Ref', (scope: Scope, argument: unknown) => scope.ref(text('Ref', argument))],
  ['Fn::GetAtt', getAtt],
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::Sub', sub],
  ['Fn::FindInMap', findInMap],
]);
