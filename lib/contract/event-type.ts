/**
 * Event type names as they stand on the wire (wire-contract.md §5, §3).
 * Shared with the reference backend: vocabulary only, no behaviour.
 */

/** The five agent events that a chat turn must yield (design.md §6, wire-contract.md §5). */
export const CRITICAL_EVENT_TYPES = [
  'agent_started',
  'agent_thinking',
  'tool_executing',
  'tool_completed',
  'agent_completed',
] as const;
export type CriticalEventType = (typeof CRITICAL_EVENT_TYPES)[number];

/** Frames of the session itself, not of a run (wire-contract.md §3.2, §3.3, §12). */
export const SessionFrameType = {
  ConnectionEstablished: 'connection_established',
  HandshakeResponse: 'handshake_response',
  HandshakeAcknowledged: 'handshake_acknowledged',
  HandshakeComplete: 'handshake_complete',
  Error: 'error_message',
  Ping: 'ping',
  Pong: 'pong',
  Heartbeat: 'heartbeat',
  HeartbeatAck: 'heartbeat_ack',
} as const;
export type SessionFrameType = (typeof SessionFrameType)[keyof typeof SessionFrameType];

/** Message types a client sends (wire-contract.md §4). */
export const ClientMessageType = {
  StartAgent: 'start_agent',
  UserMessage: 'user_message',
  Ping: 'ping',
} as const;
export type ClientMessageType = (typeof ClientMessageType)[keyof typeof ClientMessageType];

/** Types that one canonical event can have: the five, the other ends of a run, and sub-agents (wire-contract.md §5.8). */
export const AGENT_EVENT_TYPES = [
  ...CRITICAL_EVENT_TYPES,
  'agent_failed',
  'agent_error',
  'agent_death',
  'agent_stopped',
  'subagent_started',
  'subagent_completed',
] as const;
export type AgentEventType = (typeof AGENT_EVENT_TYPES)[number];
