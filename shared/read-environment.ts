// A function's environment, parsed once at cold start.
import * as z from 'zod';
import { ConfigError } from './errors.ts';

/** @throws ConfigError naming every variable that is missing or wrong */
export const readEnvironment = <Schema extends z.ZodType>(schema: Schema): z.infer<Schema> => {
  const parsed = schema.safeParse(process.env);
  if (!parsed.success) {
    throw new ConfigError(`The function's environment is wrong:\n${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
};
