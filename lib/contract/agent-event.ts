import type { AgentEventType } from './event-type.ts';
import type { CanonicalEvent, EnvelopeVariant } from './event.ts';
import { WRAPPER_TYPES, canonicalEventType } from './event-name.ts';
import { EMPTY_OBJECT, isJsonObject, objectField, textField, type JsonObject } from './json-object.ts';
import { parseTimestampMs } from './timestamp.ts';

/** How the message travelled: a server-sent event is envelope V9 whatever its fields (wire-contract.md §5.1). */
export type Carrier = 'websocket' | 'sse';

/** Deepest chain of envelopes that is followed; a hostile message may nest without end. */
const MAX_WRAPPERS = 4;
const NO_PLACEHOLDERS: readonly string[] = Object.freeze([]);
/** A wrapper that says nothing but that an event is inside (wire-contract.md §0.3, fact 10). */
const BARE_WRAPPER = 'event';
const PLACEHOLDERS: ReadonlySet<string> = new Set(['unknown_user', 'unknown_thread', 'unknown_run']);

/**
 * Folds a message into the agent event it carries, or null when it carries none. The order of normalisation is that of
 * wire-contract.md §5.1: real name, then ids with the root winning, then the timestamp.
 */
export function foldAgentEvent(root: JsonObject, carrier: Carrier): CanonicalEvent | null {
  let envelope = root;
  let doubleWrapped = false;
  for (let depth = 1; depth < MAX_WRAPPERS; depth += 1) {
    const inner = innerEnvelope(envelope);
    if (inner === null) break;
    envelope = inner;
    doubleWrapped = true;
  }
  const wireType = nameField(envelope);
  if (wireType === null) return null;
  const data = objectField(envelope, 'data');
  const type = canonicalEventType(wireType);
  // No wrapper has a canonical name, and nearly every event has.
  if (type !== wireType && WRAPPER_TYPES.has(wireType)) {
    const inner = wrappedType(data);
    if (inner !== undefined && data !== null) {
      return build(
        inner,
        wireType,
        'V6',
        doubleWrapped,
        envelope,
        objectField(data, 'payload') ?? data,
        data,
      );
    }
  }
  if (type === undefined) return null;
  const payload = objectField(envelope, 'payload');
  const variant = carrier === 'sse' ? 'V9' : variantOf(type, wireType, envelope, data, payload);
  const primary = payload ?? data ?? envelope;
  const secondary = payload === null ? (data === null ? null : objectField(data, 'payload')) : data;
  return build(type, wireType, variant, doubleWrapped, envelope, primary, secondary ?? EMPTY_OBJECT);
}

/** The name is `type`; some generations send only `event` or `event_type` (requirements.md R-18). */
function nameField(root: JsonObject): string | null {
  const type = root['type'];
  if (typeof type === 'string' && type !== '') return type;
  const event = textField(root, 'event') ?? textField(root, 'event_type');
  return event !== null && canonicalEventType(event) !== undefined ? event : null;
}

function wrappedType(data: JsonObject | null): AgentEventType | undefined {
  if (data === null) return undefined;
  const name = textField(data, 'event') ?? textField(data, 'type');
  return name === null ? undefined : canonicalEventType(name);
}

/** An inner object that is an envelope of its own: it names an event and has ids with a time, or a bag of its own. */
function innerEnvelope(root: JsonObject): JsonObject | null {
  const inner = root['data'] ?? root['payload'];
  if (!isJsonObject(inner)) return null;
  const type = inner['type'];
  if (typeof type !== 'string') return null;
  if (type === BARE_WRAPPER && root['type'] === BARE_WRAPPER) return inner;
  if (canonicalEventType(type) === undefined) return null;
  if (isJsonObject(inner['data'])) return inner;
  const outer = root['type'];
  if (typeof outer === 'string' && WRAPPER_TYPES.has(outer)) return null;
  if (isJsonObject(inner['payload'])) return inner;
  // A flat copy under its own name is redundancy (V4), under a foreign name it is a second envelope.
  const isWhole = inner['timestamp'] !== undefined && (inner['run_id'] ?? inner['thread_id']) !== undefined;
  return isWhole && outer !== type ? inner : null;
}

function variantOf(
  type: AgentEventType,
  wireType: string,
  root: JsonObject,
  data: JsonObject | null,
  payload: JsonObject | null,
): EnvelopeVariant {
  if (data !== null) {
    if (root['critical'] !== undefined || root['recovered'] !== undefined) return 'V4';
    if (root['run_id'] !== undefined || root['agent_name'] !== undefined || root['event_id'] !== undefined) {
      return 'V1';
    }
    return root['message_id'] !== undefined || root['thread_id'] !== undefined ? 'V7' : 'V4';
  }
  if (payload !== null) {
    if (payload['assistant_id'] !== undefined || wireType === 'tool_result') return 'V13';
    const isResponse = type === 'agent_completed' && payload['run_id'] === undefined;
    return isResponse && payload['agent_name'] === undefined ? 'V12' : 'V3';
  }
  if (root['event'] === wireType) return 'V11';
  if (root['critical'] !== undefined || root['request_id'] !== undefined) return 'V2';
  if (root['event_id'] !== undefined) return 'V10';
  return root['user_id'] !== undefined || root['thread_id'] !== undefined ? 'V5' : 'V8';
}

function build(
  type: AgentEventType,
  wireType: string,
  variant: EnvelopeVariant,
  doubleWrapped: boolean,
  root: JsonObject,
  payload: JsonObject,
  extra: JsonObject,
): CanonicalEvent {
  const isToolEvent = type === 'tool_executing' || type === 'tool_completed';
  const runId = idField(root, payload, extra, 'run_id');
  const threadId = idField(root, payload, extra, 'thread_id');
  const userId = idField(root, payload, extra, 'user_id');
  const marked = isPlaceholder(runId) || isPlaceholder(threadId) || isPlaceholder(userId);
  return {
    type,
    variant,
    wireType,
    renamed: wireType !== type,
    doubleWrapped,
    runId: marked && isPlaceholder(runId) ? null : runId,
    threadId: marked && isPlaceholder(threadId) ? null : threadId,
    userId: marked && isPlaceholder(userId) ? null : userId,
    agentName:
      idField(root, payload, extra, 'agent_name') ??
      idField(root, payload, extra, 'agent') ??
      idField(root, payload, extra, 'assistant_id'),
    toolName: isToolEvent
      ? (idField(root, payload, extra, 'tool_name') ??
        idField(root, payload, extra, 'tool') ??
        idField(root, payload, extra, 'name'))
      : null,
    toolCallId: isToolEvent ? idField(root, payload, extra, 'execution_id') : null,
    eventId: idField(root, payload, extra, 'event_id') ?? idField(root, payload, extra, 'message_id'),
    timestampMs: parseTimestampMs(root['timestamp'] ?? payload['timestamp'] ?? extra['timestamp']),
    placeholders: marked ? placeholderFields(runId, threadId, userId) : NO_PLACEHOLDERS,
    payload,
    root,
  };
}

function idField(root: JsonObject, payload: JsonObject, extra: JsonObject, name: string): string | null {
  const own = root[name];
  if (typeof own === 'string' && own !== '') return own;
  return textField(payload, name) ?? textField(extra, name);
}

function isPlaceholder(id: string | null): boolean {
  // Ids are long on the hot path: the first letters settle almost every case, "user-1" by the second.
  return id !== null && id.charCodeAt(0) === 117 && id.charCodeAt(1) === 110 && PLACEHOLDERS.has(id);
}

function placeholderFields(
  runId: string | null,
  threadId: string | null,
  userId: string | null,
): readonly string[] {
  const fields: string[] = [];
  if (isPlaceholder(runId)) fields.push('run_id');
  if (isPlaceholder(threadId)) fields.push('thread_id');
  if (isPlaceholder(userId)) fields.push('user_id');
  return fields;
}
