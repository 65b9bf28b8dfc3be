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

/** Turns that were never seen to end because what came could not be read: the form is broken, not the agent. */
export function misreadTurns(facts: Facts): readonly string[] {
  return facts.turns.flatMap(({ id, body }) =>
    body.ended !== 'terminal' && body.violations.some(({ rule }) => matchesRule(rule, UNREADABLE))
      ? [id]
      : [],
  );
}
