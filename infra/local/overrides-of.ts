// What local mode changes of the environment that the template gives a function: values, never names.
import type { FunctionModel } from './stack-model.ts';

/** The ports that a stack opens stay open: the allow-list is added to its own. */
const lists: ReadonlySet<string> = new Set(['CALLBACK_ALLOW_LIST']);

export const overridesOf = (
  { environment }: Pick<FunctionModel, 'environment'>,
  wanted: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(wanted)
      .filter(([name]) => name in environment)
      .map(([name, value]) => {
        const own = lists.has(name) ? environment[name] : '';
        return [name, own ? `${own},${value}` : value];
      }),
  );
