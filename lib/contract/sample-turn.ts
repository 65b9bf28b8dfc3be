import type { CanonicalEvent } from './event.ts';
import type { AgentEventType } from './event-type.ts';
import { foldFrame } from './envelope.ts';
import type { JsonObject } from './json-object.ts';

/** Ids of the sample turn; unit tests compare with them. */
export const SAMPLE_IDS = { runId: 'run_1', threadId: 'thread_1', userId: 'user_1' } as const;

const FIRST_TIMESTAMP_MS = Date.UTC(2025, 8, 15, 6, 52);

/** One event in the canonical dialect as it stands on the wire; `place` sets its id and time. For unit tests. */
export function sampleEvent(type: AgentEventType, place: number, fields: JsonObject = {}): JsonObject {
  const isToolEvent = type === 'tool_executing' || type === 'tool_completed';
  return {
    type,
    run_id: SAMPLE_IDS.runId,
    user_id: SAMPLE_IDS.userId,
    thread_id: SAMPLE_IDS.threadId,
    agent_name: 'supervisor',
    timestamp: new Date(FIRST_TIMESTAMP_MS + place * 100).toISOString(),
    event_id: `evt_${place}`,
    ...(isToolEvent ? { tool_name: 'word_count', execution_id: 'call_1' } : {}),
    ...(type === 'tool_completed' ? { results: { words: 3 } } : {}),
    data: type === 'agent_completed' ? { final_response: 'three words' } : { status: 'ok' },
    ...fields,
  };
}

/** A legal turn with `tools` tool calls one after another, or all at once when `parallel`. For unit tests. */
export function sampleTurn(
  tools: number,
  options: { readonly parallel?: boolean } = {},
): readonly JsonObject[] {
  const calls = Array.from({ length: tools }, (_, call) => ({
    execution_id: `call_${call}`,
    tool_name: `tool_${call}`,
  }));
  const steps: (readonly [AgentEventType, JsonObject])[] = [
    ['agent_started', {}],
    ['agent_thinking', {}],
  ];
  if (options.parallel === true) {
    for (const call of calls) steps.push(['tool_executing', call]);
    for (const call of calls) steps.push(['tool_completed', call]);
  } else {
    for (const call of calls) steps.push(['tool_executing', call], ['tool_completed', call]);
  }
  steps.push(['agent_completed', {}]);
  return steps.map(([type, fields], place) => sampleEvent(type, place, fields));
}

/** Folds wire events; throws on a message that is no agent event, which in a test is a wrong fixture. */
export function foldEvents(raw: readonly unknown[]): readonly CanonicalEvent[] {
  return raw.map((message) => {
    const frame = foldFrame(message);
    if (frame.kind !== 'agent-event') throw new TypeError(`expected an agent event, got ${frame.kind}`);
    return frame.event;
  });
}
