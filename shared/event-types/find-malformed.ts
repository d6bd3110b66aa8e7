// What no event may have, whatever its type: text that UTF-8 cannot say, and nesting without end.
import { eventDepthMax } from '../limits.ts';
import type { Deviation } from './find-deviations.ts';

interface Node {
  readonly value: unknown;
  readonly key: string;
  readonly parent?: Node;
  readonly depth: number;
}

/**
 * Lone surrogates in texts and names, and the first place that is too deep. `detail` must be JSON data. Walks
 * without recursion: what is checked here may be deeper than a stack.
 */
export const findMalformed = (detail: unknown): Deviation[] => {
  const found: Deviation[] = [];
  // The envelope that EventBridge puts around `detail` is a level of its own, and fan-out counts it.
  const left: Node[] = [{ value: detail, key: '', depth: 1 }];
  for (let node = left.pop(); node; node = left.pop()) {
    if (node.depth > eventDepthMax) {
      return [{ path: pathOf(node), problem: `is nested deeper than ${eventDepthMax} levels` }];
    }
    if (!node.key.isWellFormed()) {
      found.push({ path: pathOf(node), problem: 'has a name with a lone surrogate' });
    }
    if (typeof node.value === 'string' && !node.value.isWellFormed()) {
      found.push({ path: pathOf(node), problem: 'holds a lone surrogate: cut between characters' });
    }
    if (typeof node.value === 'object' && node.value !== null) {
      for (const [key, value] of Object.entries(node.value)) {
        left.push({ value, key, parent: node, depth: node.depth + 1 });
      }
    }
  }
  return found.toReversed();
};

const pathOf = (node: Node): string => {
  const keys: string[] = [];
  for (let at = node; at.parent; at = at.parent) keys.unshift(at.key.toWellFormed());
  return keys.join('.').slice(0, 200);
};
