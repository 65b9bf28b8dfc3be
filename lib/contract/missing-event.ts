import type { CriticalEventType } from './event-type.ts';
import type { EventTally } from './event-tally.ts';
import type { StreamEnd } from './order-options.ts';
import type { ToolHalf } from './tool-pairing.ts';
import { violation, type Violation } from './violation.ts';

/** What a turn that is over looked like, as far as absence is judged by it. */
export interface TurnRemains {
  readonly ended: StreamEnd;
  readonly events: number;
  readonly isTerminated: boolean;
  readonly counts: EventTally;
  readonly required: readonly CriticalEventType[];
}

/** Names what never came: the terminal event, the rest of a run that was cut, and required types. */
export function missingEvents(turn: TurnRemains): readonly Violation[] {
  const found: Violation[] = [];
  const where = `turn ended by ${turn.ended} after ${turn.events} event(s)`;
  if (!turn.isTerminated) {
    found.push(violation('ORD-TERMINAL-MISSING', { expected: 'a terminal event', actual: 'none', where }));
    if (turn.ended === 'closed') {
      found.push(
        violation('ORD-RUN-TRUNCATED', { expected: 'a connection until the end', actual: 'a close', where }),
      );
    }
  }
  for (const type of turn.required) {
    // The end itself is judged above: by the terminal event that came, or by its absence.
    if (type === 'agent_completed' || turn.counts[type] > 0) continue;
    found.push(violation('ORD-REQUIRED-MISSING', { expected: type, actual: 'none', where }));
  }
  return found;
}

/** A completion without its start. */
export function orphanedCompletion(half: ToolHalf): Violation {
  return violation('ORD-TOOL-ORPHAN', {
    expected: 'tool_executing before',
    actual: 'tool_completed only',
    where: `tool ${half.toolName ?? 'without a name'}`,
    eventIndex: half.index,
  });
}

/** A start without its completion. */
export function unpairedStart(half: ToolHalf): Violation {
  return violation('ORD-TOOL-UNPAIRED', {
    expected: 'tool_completed after',
    actual: 'tool_executing only',
    where: `tool ${half.toolName ?? 'without a name'}`,
    eventIndex: half.index,
  });
}
