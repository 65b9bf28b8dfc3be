import type { Facts } from './facts.ts';
import { matchesRule } from './facts.ts';

/** Rules by which an event came that could not be taken for what it is. */
const UNREADABLE: readonly string[] = [
  'EVT-BINARY',
  'EVT-DOUBLE-WRAPPED',
  'EVT-ENVELOPE',
  'EVT-MALFORMED-JSON',
  'EVT-NOT-OBJECT',
  'EVT-RENAMED',
  'EVT-TOO-',
  'EVT-TYPE-UNKNOWN',
];

/**
 * Turns that were never seen to end because what came could not be read: the form is broken, not the agent. Where other turns
 * came to their end in spite of it, it hides no end.
 */
export function misreadTurns(facts: Facts): readonly string[] {
  const unreadable = facts.turns.filter(({ body }) =>
    body.violations.some(({ rule }) => matchesRule(rule, UNREADABLE)),
  );
  if (unreadable.some(({ body }) => body.ended === 'terminal')) return [];
  return unreadable.map(({ id }) => id);
}
