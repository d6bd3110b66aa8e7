// Reads the members of a call's input, which are of any type until looked at.
import { AwsError } from './aws-error.ts';

export type Members = Readonly<Record<string, unknown>>;

const wrongType = (name: string, wanted: string): AwsError =>
  new AwsError('SerializationException', `Member ${name} must be ${wanted}.`);

const memberOf = <T>(
  input: Members,
  name: string,
  wanted: string,
  is: (value: unknown) => value is T,
): T | undefined => {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (!is(value)) throw wrongType(name, wanted);
  return value;
};

const isString = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const isStructure = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The string of that name, or undefined; throws `SerializationException` for another type. */
export const stringMember = (input: Members, name: string): string | undefined =>
  memberOf(input, name, 'a string', isString);

export const numberMember = (input: Members, name: string): number | undefined =>
  memberOf(input, name, 'a number', isNumber);

export const structureMember = (input: Members, name: string): Members | undefined =>
  memberOf(input, name, 'a structure', isStructure);

export const stringList = (input: Members, name: string): readonly string[] =>
  (memberOf(input, name, 'a list', isList) ?? []).map((value) => {
    if (!isString(value)) throw wrongType(name, 'a list of strings');
    return value;
  });

export const structureList = (input: Members, name: string): readonly Members[] =>
  (memberOf(input, name, 'a list', isList) ?? []).map((value) => {
    if (!isStructure(value)) throw wrongType(name, 'a list of structures');
    return value;
  });
