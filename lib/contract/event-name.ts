import { AGENT_EVENT_TYPES, type AgentEventType } from './event-type.ts';

/** Other names of canonical events on the wire (wire-contract.md §5.2, §5.3, §5.8). */
const EVENT_SYNONYMS = {
  reasoning: 'agent_thinking',
  tool_started: 'tool_executing',
  tool_call: 'tool_executing',
  tool_result: 'tool_completed',
  agent_response: 'agent_completed',
  agent_response_complete: 'agent_completed',
  final_report: 'agent_completed',
} as const satisfies Readonly<Record<string, AgentEventType>>;

/** Types whose real event name may stand in `data.event` or `data.type` (envelope V6, wire-contract.md §5.1). */
export const WRAPPER_TYPES: ReadonlySet<string> = new Set([
  'system_message',
  'agent_progress',
  'agent_response_complete',
  'agent_response',
]);

/** Other published types of the server: neither one of the events above nor part of the session (wire-contract.md §3.5, §5.8). */
const RELATED_TYPES: ReadonlySet<string> = new Set([
  'agent_context',
  'agent_fallback',
  'agent_log',
  'agent_progress',
  'agent_response_chunk',
  'agent_update',
  'authentication_success',
  'binary',
  'broadcast',
  'chunked_data',
  'chunked_end',
  'chunked_start',
  'compressed',
  'conversation_history',
  'event_batch',
  'example_message_response',
  'notification',
  'partial_result',
  'progress_update',
  'room_message',
  'step_created',
  'stream_chunk',
  'stream_complete',
  'sub_agent_update',
  'system_message',
  'thread_created',
  'thread_data',
  'thread_deleted',
  'thread_history',
  'thread_loaded',
  'thread_loading',
  'thread_renamed',
  'thread_switched',
  'thread_updated',
  'tool_error',
  'upload_progress',
]);

const NAMES: ReadonlyMap<string, AgentEventType> = new Map<string, AgentEventType>([
  ...AGENT_EVENT_TYPES.map((type) => [type, type] as const),
  ...Object.entries(EVENT_SYNONYMS),
]);

/** The canonical type behind a wire type, or undefined when the wire type names no agent event. */
export function canonicalEventType(wireType: string): AgentEventType | undefined {
  return NAMES.get(wireType);
}

/** Tells whether a wire type is published but is no agent event (wire-contract.md §3.5, §5.8). */
export function isRelatedType(wireType: string): boolean {
  return RELATED_TYPES.has(wireType) || wireType.startsWith('quality_');
}
