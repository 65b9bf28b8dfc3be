import type { AgentEventType } from './event-type.ts';

/** Number of events by canonical type. */
export type EventTally = Readonly<Record<AgentEventType, number>>;

/** A tally with every type at zero, so that counting never changes its shape. */
export function emptyTally(): Record<AgentEventType, number> {
  return {
    agent_started: 0,
    agent_thinking: 0,
    tool_executing: 0,
    tool_completed: 0,
    agent_completed: 0,
    agent_failed: 0,
    agent_error: 0,
    agent_death: 0,
    agent_stopped: 0,
    subagent_started: 0,
    subagent_completed: 0,
  };
}

/** Tells whether an event of this type ends its agent, and with the root agent the run (wire-contract.md §5.8). */
export function endsAgent(type: AgentEventType): boolean {
  switch (type) {
    case 'agent_completed':
    case 'agent_failed':
    case 'agent_error':
    case 'agent_death':
    case 'agent_stopped':
      return true;
    case 'agent_started':
    case 'agent_thinking':
    case 'tool_executing':
    case 'tool_completed':
    case 'subagent_started':
    case 'subagent_completed':
      return false;
  }
}
