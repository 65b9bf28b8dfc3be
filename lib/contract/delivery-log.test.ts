import { describe, expect, test } from 'vitest';
import { DeliveryLog } from './delivery-log.ts';
import { foldFrame } from './envelope.ts';
import type { CanonicalEvent } from './event.ts';

function eventWith(fields: object): CanonicalEvent {
  const frame = foldFrame({
    type: 'tool_executing',
    event_id: 'evt_1',
    run_id: 'run_1',
    thread_id: 'thread_1',
    user_id: 'user_1',
    agent_name: 'triage',
    timestamp: 1_757_919_120,
    data: { tool_name: 'word_count', execution_id: 'call_1' },
    ...fields,
  });
  if (frame.kind !== 'agent-event') throw new TypeError(`expected an agent event, got ${frame.kind}`);
  return frame.event;
}

describe('delivery log', () => {
  test('takes the same event under its id for a repeated delivery', () => {
    const log = new DeliveryLog();

    expect(log.record(eventWith({}))).toBe('first');
    expect(log.record(eventWith({}))).toBe('again');
  });

  test.for([
    ['another type', { type: 'tool_completed' }],
    ['another tool', { data: { tool_name: 'search', execution_id: 'call_1' } }],
    ['another call of the same tool', { data: { tool_name: 'word_count', execution_id: 'call_2' } }],
  ] as const)('takes an id under which %s comes for reused', ([, fields]) => {
    const log = new DeliveryLog();
    log.record(eventWith({}));

    expect(log.record(eventWith(fields))).toBe('reused');
  });

  test('tells ids apart, also when there are many', () => {
    const log = new DeliveryLog();
    const ids = Array.from({ length: 60 }, (_, n) => `evt_${n}`);

    expect(ids.map((id) => log.record(eventWith({ event_id: id })))).toEqual(ids.map(() => 'first'));
    expect(ids.map((id) => log.record(eventWith({ event_id: id })))).toEqual(ids.map(() => 'again'));
    expect(log.record(eventWith({ event_id: 'evt_0', type: 'tool_completed' }))).toBe('reused');
  });

  test('takes every event without an id for a first one', () => {
    const log = new DeliveryLog();

    expect(log.record(eventWith({ event_id: undefined }))).toBe('first');
    expect(log.record(eventWith({ event_id: undefined }))).toBe('first');
  });
});
