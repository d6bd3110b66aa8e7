// What happens in the running stack, one line each, for the person who watches.
import { printable } from '../printable.ts';
import type { Observation } from './stack-model.ts';

const time = (at: number): string => new Date(at).toISOString().slice(11, 23);

/** What goes well: events on their way, and what the functions say of their work. Undefined for anything else. */
export const describeProgress = (observation: Observation): string | undefined => {
  switch (observation.kind) {
    case 'event-put':
      return `${time(observation.at)}  put        ${printable(`${observation.detailType} ${observation.id ?? ''}`)}`;
    case 'event-routed':
      return `${time(observation.at)}  routed     to ${observation.targetArn.split(':').at(-1)}`;
    case 'log':
      return describeLog(observation.at, observation.line);
    default:
      return undefined;
  }
};

/** What goes wrong in the stack itself: calls denied, functions that fail, text that is no line of ours. */
export const describeTrouble = (observation: Observation): string | undefined => {
  switch (observation.kind) {
    case 'denied':
      return `${time(observation.at)}  denied     ${printable(observation.reason)}`;
    case 'trouble':
      return `${time(observation.at)}  trouble    ${printable(observation.text)}`;
    case 'invoked':
      return observation.result === 'failed'
        ? `${time(observation.at)}  failed     ${observation.functionName} after ${Math.round(observation.durationMs)} ms`
        : undefined;
    case 'log':
      return isOurs(observation.line)
        ? undefined
        : `${time(observation.at)}  log        ${printable(observation.line)}`;
    default:
      return undefined;
  }
};

/** The functions' own lines: one JSON object per unit of work. Figures are for CloudWatch. */
const describeLog = (at: number, line: string): string | undefined => {
  const fields = readLogLine(line);
  if (fields === undefined || isQuietRead(fields)) return undefined;
  const { event, at: _, ...rest } = fields;
  const said = Object.entries(rest).map(([name, value]) => `${name}=${value}`);
  return printable(`${time(at)}  ${event}  ${said.join(' ')}`);
};

/** Looks through the admin API that found what they asked for: a tail looks every second. */
const isQuietRead = ({ event, method, status }: Record<string, unknown>): boolean =>
  event === 'admin.called' && method === 'GET' && Number(status) < 400;

const isOurs = (line: string): boolean =>
  line.startsWith('{"_aws":') || readLogLine(line) !== undefined;

/** A function's own line, or undefined for text of another make. */
export const readLogLine = (line: string): Record<string, unknown> | undefined => {
  try {
    const fields = JSON.parse(line);
    return typeof fields?.event === 'string' ? fields : undefined;
  } catch {
    return undefined;
  }
};
