import { describe, expect, test } from 'vitest';
import { foldFrame, foldText } from './envelope.ts';
import { finalResponseOf, reasoningOf, toolParametersOf, toolResultOf } from './event-content.ts';
import type { EnvelopeVariant } from './event.ts';
import type { JsonObject } from './json-object.ts';
import { foldEvents, sampleEvent } from './sample-turn.ts';

const ISO = '2025-09-15T06:52:00.000Z';
const AT_MS = Date.UTC(2025, 8, 15, 6, 52);
const IDS = { run_id: 'r', thread_id: 't', user_id: 'u' };

interface VariantCase {
  readonly variant: EnvelopeVariant;
  readonly raw: JsonObject;
  readonly expected: JsonObject;
}

const VARIANTS: readonly VariantCase[] = [
  {
    variant: 'V1',
    raw: {
      type: 'tool_executing',
      run_id: 'r',
      user_id: 'u',
      agent_name: 'a',
      timestamp: ISO,
      tool_name: 'x',
      data: { parameters: {} },
    },
    expected: {
      type: 'tool_executing',
      runId: 'r',
      userId: 'u',
      threadId: null,
      agentName: 'a',
      toolName: 'x',
    },
  },
  {
    variant: 'V2',
    raw: {
      timestamp: AT_MS / 1000,
      critical: true,
      type: 'agent_started',
      ...IDS,
      request_id: 'q',
      metadata: {},
      agent_name: 'a',
    },
    expected: { type: 'agent_started', runId: 'r', threadId: 't', userId: 'u', agentName: 'a' },
  },
  {
    variant: 'V3',
    raw: {
      type: 'tool_completed',
      payload: { ...IDS, agent_name: 'a', tool_name: 'x', results: 1, timestamp: ISO },
    },
    expected: { type: 'tool_completed', runId: 'r', threadId: 't', toolName: 'x' },
  },
  {
    variant: 'V4',
    raw: {
      type: 'agent_thinking',
      data: { ...IDS, agent: 'a', reasoning: 'why' },
      timestamp: ISO,
      critical: true,
      recovered: true,
    },
    expected: { type: 'agent_thinking', runId: 'r', agentName: 'a' },
  },
  {
    variant: 'V5',
    raw: {
      type: 'agent_started',
      user_id: 'unknown_user',
      thread_id: 't',
      run_id: 'unknown_run',
      timestamp: ISO,
    },
    expected: {
      type: 'agent_started',
      userId: null,
      runId: null,
      threadId: 't',
      placeholders: ['run_id', 'user_id'],
    },
  },
  {
    variant: 'V6',
    raw: {
      type: 'agent_progress',
      data: { type: 'tool_executing', payload: { tool_name: 'x', run_id: 'r' } },
      timestamp: ISO,
    },
    expected: {
      type: 'tool_executing',
      wireType: 'agent_progress',
      renamed: true,
      toolName: 'x',
      runId: 'r',
    },
  },
  {
    variant: 'V7',
    raw: {
      type: 'agent_thinking',
      data: { reasoning: 'why' },
      timestamp: ISO,
      thread_id: 't',
      user_id: 'u',
      message_id: 'm',
    },
    expected: { type: 'agent_thinking', threadId: 't', userId: 'u', eventId: 'm' },
  },
  {
    variant: 'V8',
    raw: { type: 'tool_executing', timestamp: ISO, agent: 'a', run_id: 'r', tool: 'x', status: 'running' },
    expected: { type: 'tool_executing', agentName: 'a', runId: 'r', toolName: 'x' },
  },
  {
    variant: 'V10',
    raw: { type: 'agent_started', event_id: 'e', ...IDS, agent_name: 'a', timestamp: ISO },
    expected: { type: 'agent_started', eventId: 'e', runId: 'r' },
  },
  {
    variant: 'V11',
    raw: {
      type: 'tool_completed',
      event: 'tool_completed',
      tool_name: 'x',
      result: 'ok',
      user_id: 'u',
      thread_id: 't',
      timestamp: AT_MS / 1000,
    },
    expected: { type: 'tool_completed', toolName: 'x', runId: null, userId: 'u' },
  },
  {
    variant: 'V12',
    raw: { type: 'agent_completed', payload: { content: 'done', timestamp: ISO } },
    expected: { type: 'agent_completed', runId: null },
  },
  {
    variant: 'V13',
    raw: {
      type: 'agent_started',
      payload: { run_id: 'r', thread_id: 't', assistant_id: 'a', model: 'm', timestamp: AT_MS },
    },
    expected: { type: 'agent_started', runId: 'r', threadId: 't', agentName: 'a' },
  },
];

describe('folding agent events', () => {
  test.for([
    [{ type: 'tool_result', payload: { tool_name: 'x', timestamp: AT_MS } }, 'V13'],
    [{ type: 'agent_completed', payload: { content: 'done', run_id: 'r' } }, 'V3'],
    [{ type: 'agent_completed', payload: { content: 'done', agent_name: 'a' } }, 'V3'],
    [{ type: 'agent_thinking', payload: { content: 'hm' } }, 'V3'],
  ] as const)('tells payload envelopes apart: %o is %s', ([raw, variant]) => {
    expect(foldFrame(raw)).toMatchObject({ kind: 'agent-event', event: { variant } });
  });

  test.for(VARIANTS)('folds envelope $variant', ({ variant, raw, expected }) => {
    const frame = foldFrame(raw);

    expect(frame).toMatchObject({
      kind: 'agent-event',
      event: { variant, timestampMs: AT_MS, doubleWrapped: false, ...expected },
    });
  });

  test('takes every event of a server-sent stream for V9', () => {
    expect(foldFrame(sampleEvent('agent_started', 0), { carrier: 'sse' })).toMatchObject({
      event: { variant: 'V9' },
    });
  });

  test('folds the canonical dialect without a mark', () => {
    const raw = sampleEvent('tool_completed', 3);
    const frame = foldFrame(raw);

    expect(frame).toMatchObject({
      event: {
        variant: 'V1',
        renamed: false,
        threadId: 'thread_1',
        toolCallId: 'call_1',
        eventId: 'evt_3',
        placeholders: [],
      },
    });
    expect(
      frame.kind === 'agent-event' && frame.event.root === raw && frame.event.payload === raw['data'],
    ).toBe(true);
  });

  test.for([
    ['reasoning', 'agent_thinking'],
    ['tool_started', 'tool_executing'],
    ['tool_call', 'tool_executing'],
    ['tool_result', 'tool_completed'],
    ['agent_response', 'agent_completed'],
    ['agent_response_complete', 'agent_completed'],
    ['final_report', 'agent_completed'],
  ] as const)('marks the rename of %s', ([wireType, type]) => {
    expect(foldFrame({ type: wireType, timestamp: ISO })).toMatchObject({
      event: { type, wireType, renamed: true },
    });
  });

  test.for([
    ['under its own name', { type: 'agent_started', data: sampleEvent('agent_started', 0) }],
    ['under a foreign name', { type: 'message', payload: sampleEvent('agent_started', 0) }],
    [
      'flat under a foreign name',
      { type: 'message', data: { type: 'agent_started', run_id: 'run_1', timestamp: ISO } },
    ],
    [
      'in wrappers that say nothing',
      { type: 'event', payload: { type: 'event', payload: sampleEvent('agent_started', 0) } },
    ],
    [
      'three times',
      { type: 'message', data: { type: 'agent_started', data: sampleEvent('agent_started', 0) } },
    ],
  ] as const)('unwraps an event wrapped twice %s', ([, raw]) => {
    expect(foldFrame(raw)).toMatchObject({
      event: { type: 'agent_started', runId: 'run_1', doubleWrapped: true },
    });
  });

  test('does not take business data with a type of its own for a second envelope', () => {
    const raw = sampleEvent('agent_thinking', 1, { data: { type: 'reasoning', reasoning: 'why' } });

    expect(foldFrame(raw)).toMatchObject({ event: { type: 'agent_thinking', doubleWrapped: false } });
  });

  test('reads the name from event where type is absent', () => {
    expect(foldFrame({ event: 'agent_started', run_id: 'r' })).toMatchObject({
      event: { type: 'agent_started' },
    });
  });

  test('finds contents under every published name', () => {
    const [thinking, executing, completed, answer] = foldEvents([
      { type: 'agent_thinking', payload: { thought: 'why' } },
      { type: 'tool_executing', tool_args: { n: 1 } },
      { type: 'tool_completed', data: { payload: { result: 0 } } },
      { type: 'agent_completed', data: { response: '42' } },
    ]);

    expect(thinking && reasoningOf(thinking)).toBe('why');
    expect(executing && toolParametersOf(executing)).toEqual({ n: 1 });
    expect(completed && toolResultOf(completed)).toBe(0);
    expect(answer && finalResponseOf(answer)).toBe('42');
  });
});

describe('folding other frames', () => {
  test.for([
    [
      'heartbeat',
      { type: 'heartbeat', data: { timestamp: ISO } },
      { kind: 'liveness', liveness: { reply: 'heartbeat_ack', timestampMs: AT_MS } },
    ],
    ['ping', { type: 'ping' }, { kind: 'liveness', liveness: { reply: 'pong' } }],
    ['pong', { type: 'pong' }, { kind: 'liveness', liveness: { reply: null } }],
    [
      'handshake response',
      { type: 'handshake_response', thread_id: 't', session_token: 's', timestamp: ISO },
      { kind: 'handshake', handshake: { step: 'response', threadId: 't', hasSessionToken: true } },
    ],
    [
      'handshake validation',
      { type: 'handshake_validation' },
      { kind: 'handshake', handshake: { step: 'validation' } },
    ],
    ['thread data', { type: 'thread_data', payload: {} }, { kind: 'other', type: 'thread_data' }],
    ['quality report', { type: 'quality_metrics' }, { kind: 'other', type: 'quality_metrics' }],
    ['chunk', { message_type: 'chunked_start' }, { kind: 'other', type: 'chunked_start' }],
    ['JSON-RPC answer', { jsonrpc: '2.0', id: 1 }, { kind: 'other', type: 'jsonrpc' }],
    ['connected message', { type: 'system_message', data: { status: 'connected' } }, { kind: 'other' }],
    ['unknown type', { type: 'agent_teleported' }, { kind: 'unknown', type: 'agent_teleported' }],
    ['array', [], { kind: 'malformed', reason: 'not-object', detail: 'an array' }],
    ['no type', { data: {} }, { kind: 'malformed', reason: 'type-missing' }],
    ['numeric type', { type: 7 }, { kind: 'malformed', reason: 'type-not-text' }],
    ['empty type', { type: '' }, { kind: 'malformed', reason: 'type-not-text' }],
  ] as const)('recognises %s', ([, raw, expected]) => {
    expect(foldFrame(raw)).toMatchObject(expected);
  });

  test('keeps a session token out of the folded frame', () => {
    const frame = foldFrame({ type: 'handshake_response', session_token: 'very-secret-session' });

    expect(JSON.stringify(frame)).not.toContain('very-secret');
  });

  test('calls a text that is not JSON malformed, without repeating it', () => {
    expect(foldText('{"type":')).toEqual({ kind: 'malformed', reason: 'not-json', detail: '8 characters' });
  });
});
