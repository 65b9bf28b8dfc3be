import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEventShape, isEventOf } from './event.ts';
import { AGENT_EVENT_TYPES } from './event-type.ts';
import { checkFrame } from './frame-check.ts';
import { foldFrame } from './envelope.ts';
import type { JsonObject } from './json-object.ts';
import { foldEvents, sampleEvent } from './sample-turn.ts';

function check(raw: JsonObject, dialect: 'canonical' | 'tolerant' = 'canonical'): readonly string[] {
  const [event] = foldEvents([raw]);
  if (event === undefined) throw new TypeError('expected an event');
  return checkEventShape(event, { dialect, eventIndex: 4 }).map(({ rule, where }) => `${rule} ${where}`);
}

function omit(raw: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => name !== field));
}

describe('shape of canonical events', () => {
  test.for(AGENT_EVENT_TYPES)('accepts %s', (type) => {
    expect(check(sampleEvent(type, 0))).toEqual([]);
  });

  test.for(['run_id', 'user_id', 'thread_id', 'agent_name', 'timestamp', 'event_id'])(
    'names a missing %s',
    (field) => {
      expect(check(omit(sampleEvent('agent_thinking', 1), field))).toEqual([
        `EVT-FIELD-MISSING agent_thinking.${field}`,
      ]);
    },
  );

  test.for(['run_id', 'user_id', 'thread_id', 'agent_name', 'event_id', 'data'])(
    'names a wrong type of %s',
    (field) => {
      expect(check(sampleEvent('agent_thinking', 1, { [field]: 7 }))).toContain(
        `EVT-FIELD-TYPE agent_thinking.${field}`,
      );
    },
  );

  test('names what the tool and final events lack', () => {
    expect(check(omit(sampleEvent('tool_executing', 1), 'tool_name'))).toEqual([
      'EVT-FIELD-MISSING tool_executing.tool_name',
    ]);
    expect(check(omit(sampleEvent('tool_completed', 1), 'results'))).toEqual([
      'EVT-FIELD-MISSING tool_completed.results',
    ]);
    expect(check(sampleEvent('agent_completed', 1, { data: {} }))).toEqual([
      'EVT-FIELD-MISSING agent_completed.data.final_response',
    ]);
  });

  test.for([
    ['a rename', { type: 'reasoning' }, 'EVT-RENAMED agent_thinking.type'],
    ['an empty id', { run_id: '' }, 'EVT-FIELD-TYPE agent_thinking.run_id'],
    ['a placeholder', { user_id: 'unknown_user' }, 'EVT-PLACEHOLDER-ID agent_thinking.user_id'],
    ['an unreadable timestamp', { timestamp: 'yesterday' }, 'EVT-TIMESTAMP agent_thinking.timestamp'],
    ['another envelope', { critical: true }, 'EVT-ENVELOPE agent_thinking.envelope'],
  ] as const)('names %s alone', ([, fields, expected]) => {
    expect(check(sampleEvent('agent_thinking', 1, fields))).toEqual([expected]);
  });

  test('accepts an event exactly when every field that its type needs is there and of its kind', () => {
    const texts = ['run_id', 'user_id', 'thread_id', 'agent_name', 'event_id'];
    const value = fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'x',
      0,
      true,
      [],
      {},
      ['x'],
      { final_response: 1 },
      { final_response: 'x', timestamp: 1_790_000_000 },
    );
    const wrong = fc.dictionary(
      fc.constantFrom(...texts, 'timestamp', 'data', 'tool_name', 'results'),
      value,
      { maxKeys: 2 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...AGENT_EVENT_TYPES), wrong, (type, fields) => {
        const raw = { ...sampleEvent(type, 1), ...fields };
        const isText = (name: string): boolean => typeof raw[name] === 'string' && raw[name] !== '';
        const needed =
          type === 'tool_executing' || type === 'tool_completed' ? [...texts, 'tool_name'] : texts;
        const data = raw['data'];
        const isWhole =
          needed.every(isText) &&
          (isText('timestamp') ? raw['timestamp'] !== 'x' : typeof raw['timestamp'] === 'number') &&
          typeof data === 'object' &&
          data !== null &&
          !Array.isArray(data) &&
          (type !== 'tool_completed' || raw['results'] !== undefined) &&
          (type !== 'agent_completed' ||
            ('final_response' in data && typeof data.final_response === 'string'));

        expect(check(raw).length === 0).toBe(isWhole);
      }),
      { numRuns: 2_000 },
    );
  });

  test('names a timestamp that stands in data only as missing', () => {
    const raw = omit(sampleEvent('agent_thinking', 1, { data: { timestamp: 1_790_000_000 } }), 'timestamp');

    expect(check(raw)).toEqual(['EVT-FIELD-MISSING agent_thinking.timestamp']);
  });

  test('names a double envelope alone', () => {
    expect(check({ type: 'agent_event', data: sampleEvent('agent_started', 0) })).toEqual([
      'EVT-DOUBLE-WRAPPED agent_started.envelope',
    ]);
  });

  test('carries the event index and repeats no value', () => {
    const [event] = foldEvents([sampleEvent('agent_started', 0, { run_id: 12345 })]);
    const [found] =
      event === undefined ? [] : checkEventShape(event, { dialect: 'canonical', eventIndex: 4 });

    expect(found).toEqual({
      rule: 'EVT-FIELD-TYPE',
      expected: 'a non-empty string',
      actual: 'a number',
      where: 'agent_started.run_id',
      eventIndex: 4,
    });
  });
});

describe('shape under the tolerant dialect', () => {
  test('accepts what has a time, and a tool name on tool events', () => {
    expect(check({ type: 'reasoning', payload: { timestamp: 1 } }, 'tolerant')).toEqual([]);
    expect(check({ type: 'tool_result', payload: { name: 'x', timestamp: 1 } }, 'tolerant')).toEqual([]);
  });

  test('names a missing time and a missing tool name', () => {
    expect(check({ type: 'tool_result', payload: {} }, 'tolerant')).toEqual([
      'EVT-FIELD-MISSING tool_completed.timestamp',
      'EVT-FIELD-MISSING tool_completed.tool_name',
    ]);
    expect(check({ type: 'agent_started', timestamp: 'soon' }, 'tolerant')).toEqual([
      'EVT-TIMESTAMP agent_started.timestamp',
    ]);
  });

  test('narrows by type', () => {
    const [event] = foldEvents([sampleEvent('agent_started', 0)]);

    expect(event !== undefined && isEventOf(event, 'agent_started')).toBe(true);
    expect(event !== undefined && isEventOf(event, 'agent_completed')).toBe(false);
  });
});

describe('single frames', () => {
  test.for([
    ['{', 'EVT-MALFORMED-JSON'],
    ['[]', 'EVT-NOT-OBJECT'],
    ['{"type":"agent_teleported"}', 'EVT-TYPE-UNKNOWN'],
    ['{"type":"agent_started"}', 'EVT-ENVELOPE'],
    ['{"type":"connection_established","connection_id":"c"}', 'WS-WELCOME-SHAPE'],
  ] as const)('judges %s', ([text, rule]) => {
    const raw = text === '{' ? null : JSON.parse(text);
    const frame =
      raw === null ? ({ kind: 'malformed', reason: 'not-json', detail: '' } as const) : foldFrame(raw);

    expect(checkFrame(frame, { dialect: 'canonical', eventIndex: 0 })[0]).toMatchObject({ rule });
  });

  test.for([
    ['binary', 'EVT-BINARY', 'a text message'],
    ['too-deep', 'EVT-TOO-DEEP', 'a message of few levels'],
    ['not-json', 'EVT-MALFORMED-JSON', 'one JSON text'],
    ['type-missing', 'EVT-NOT-OBJECT', 'an object with a type'],
  ] as const)('says of a %s message what was expected in its place', ([reason, rule, expected]) => {
    const found = checkFrame({ kind: 'malformed', reason, detail: '9 characters' }, { dialect: 'canonical' });

    expect(found).toEqual([expect.objectContaining({ rule, expected })]);
  });

  test('finds nothing wrong with error, liveness and handshake frames by themselves', () => {
    for (const type of ['error', 'heartbeat', 'handshake_complete', 'thread_updated']) {
      expect(checkFrame(foldFrame({ type }), { dialect: 'canonical' })).toEqual([]);
    }
  });
});
