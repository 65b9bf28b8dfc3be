import type { RuleFamily } from './rule-text.ts';

/** Order of the events of one run (wire-contract.md §5.5, §5.7, §5.8). */
export const ORDER_RULES = {
  'ORD-STARTED-NOT-FIRST': {
    title: 'run does not begin with agent_started',
    meaning: 'The first event of a run is `agent_started`.',
    usualCause: 'The first event was lost before the subscription, or two events were swapped.',
    nextStep: 'Check whether `agent_started` is missing or late; compare with the time of the welcome.',
  },
  'ORD-STARTED-DUPLICATE': {
    title: 'agent_started repeated',
    meaning: 'An agent starts once per run, unless the policy tolerates repeats.',
    usualCause: 'A delivery retry without an event id, or two emitters for one event.',
    nextStep: 'Compare the event ids and the run ids of the repeats.',
  },
  'ORD-REQUIRED-MISSING': {
    title: 'required event type never arrived',
    meaning: 'A golden-path turn yields every required event type.',
    usualCause: 'The emitter of this type failed silently, or the event went to another connection.',
    nextStep: 'Look for the type under another name; check the counts per type in the turn record.',
  },
  'ORD-TERMINAL-MISSING': {
    title: 'run has no terminal event',
    meaning: 'Every run ends with exactly one terminal event.',
    usualCause: 'The agent hangs, or the completion event was lost.',
    nextStep: 'Look at how the wait ended (silence, deadline, closed) and at the last event before it.',
  },
  'ORD-TERMINAL-DUPLICATE': {
    title: 'second terminal event',
    meaning: 'Every run ends with exactly one terminal event.',
    usualCause: 'Two code paths both report the end of a run.',
    nextStep: 'Compare the emitters of both events by their fields.',
  },
  'ORD-EVENT-AFTER-TERMINAL': {
    title: 'event after the terminal event',
    meaning: 'No event of a run follows its terminal event.',
    usualCause: 'Events are sent by concurrent tasks that are not awaited before completion.',
    nextStep: 'Await every tool and thinking task before the completion is sent.',
  },
  'ORD-RUN-TRUNCATED': {
    title: 'connection ended inside a run',
    meaning: 'The connection stays open until the terminal event.',
    usualCause: 'A crash of the handler, a rollover, or a proxy that cuts the connection.',
    nextStep: 'Read the close record: code, initiator and milliseconds since open.',
  },
  'ORD-TOOL-ORPHAN': {
    title: 'tool_completed without tool_executing',
    meaning: 'Every `tool_completed` follows the `tool_executing` of the same call.',
    usualCause: 'The start of the call was lost, or its id changed in between.',
    nextStep: 'Compare the tool names and call ids of the run.',
  },
  'ORD-TOOL-UNPAIRED': {
    title: 'tool_executing without tool_completed',
    meaning: 'Every tool call that starts completes before the run ends.',
    usualCause: 'The tool hangs or failed silently, or its completion was lost.',
    nextStep: 'Look up the tool call in the service logs.',
  },
  'ORD-TOOL-SWAPPED': {
    title: 'tool_completed before its tool_executing',
    meaning: 'Every `tool_completed` follows the `tool_executing` of the same call.',
    usualCause: 'Both events are sent by tasks that race.',
    nextStep: 'Send the events of one call from one task, in order.',
  },
  'ORD-TOOL-CALL-REUSED': {
    title: 'tool call id used twice',
    meaning: 'A tool call id names one call of the run.',
    usualCause: 'A delivery retry without an event id, or an id generator with collisions.',
    nextStep: 'Compare the two events: same parameters mean a repeated delivery.',
  },
  'ORD-TOOL-NAME-DIFFERS': {
    title: 'one tool call under two names',
    meaning: 'Both events of a tool call name the same tool.',
    usualCause: 'The completion is built from another context than the start.',
    nextStep: 'Compare the two events of the call in the ledger.',
  },
  'ORD-WRONG-RUN': {
    title: 'event names another run',
    meaning: 'All events of a turn carry the run id of the turn.',
    usualCause: 'The context of another run is used, or events of an earlier turn arrive late.',
    nextStep: 'Search the ledger for the foreign run id.',
  },
  'ORD-WRONG-THREAD': {
    title: 'event names another thread',
    meaning: 'All events of a turn carry the thread id of the turn.',
    usualCause: 'The context of another thread is used.',
    nextStep: 'Search the ledger for the foreign thread id.',
  },
  'ORD-EVENT-ID-REUSED': {
    title: 'one event id for two different events',
    meaning: 'An event id names one event; only a repeated delivery may carry it again.',
    usualCause: 'An id generator with collisions, or an id copied from another event.',
    nextStep: 'Compare the two events in the ledger.',
  },
  'ORD-TIMESTAMP-BACK': {
    title: 'server timestamps go back',
    meaning: 'The timestamps of the events of a run do not decrease.',
    usualCause: 'Events are re-ordered on the way, or several instances with different clocks serve one run.',
    nextStep: 'Compare the order of timestamps with the order of arrival; look at session affinity.',
  },
  'ORD-AGENT-UNCLOSED': {
    title: 'sub-agent never completed',
    meaning: 'A sub-agent that starts completes before the run does.',
    usualCause: 'The completion of the sub-agent is not emitted.',
    nextStep: 'Look at the agent tree of the turn.',
  },
  'ORD-AGENT-UNKNOWN': {
    title: 'completion of an agent that never started',
    meaning: 'An agent that completes has started in this run.',
    usualCause: 'The agent is named differently in its first and its last event.',
    nextStep: 'Compare the agent names of the run.',
  },
  'ORD-TOOL-ID-PARTIAL': {
    title: 'tool call id on one event of a pair only',
    meaning: 'Either both events of a tool call carry its id, or neither.',
    usualCause: 'One of the two emitters was not changed with the other.',
    nextStep: 'Add the call id to both events; pairing by name is a guess.',
  },
  'ORD-DUPLICATE-DELIVERY': {
    title: 'event delivered more than once',
    meaning: 'Delivery retries repeat an event with the same event id; they are counted once.',
    usualCause: 'The server retries because it saw no acknowledgement (wire-contract.md §5.7).',
    nextStep: 'None while it is rare; otherwise look at the delivery retries of the server.',
  },
} as const satisfies RuleFamily<'ORD'>;
