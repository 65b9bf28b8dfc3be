import { describe, expect, test } from 'vitest';
import { createEventOrder } from './event-order.ts';
import { CRITICAL_EVENT_TYPES } from './event-type.ts';
import type { JsonObject } from './json-object.ts';
import type { OrderOptions, StreamEnd } from './order-options.ts';
import { foldEvents, SAMPLE_IDS, sampleEvent, sampleTurn } from './sample-turn.ts';

function judge(raw: readonly JsonObject[], options: OrderOptions = {}, ended: StreamEnd = 'terminal') {
  const order = createEventOrder({ expected: SAMPLE_IDS, ...options });
  foldEvents(raw).forEach((event, index) => order.accept(event, index, index));
  order.end(ended);
  return {
    rules: order.violations().map(({ rule }) => rule),
    warnings: order.warnings().map(({ rule }) => rule),
    violations: order.violations(),
    state: order.state(),
  };
}

const WITH_TOOLS: OrderOptions = { required: CRITICAL_EVENT_TYPES };

describe('event order: timestamps', () => {
  /** A turn in which the timestamp of one event is so many milliseconds before the one before it. */
  const backBy = (ms: number) =>
    sampleTurn(0).map((event, place) => ({
      ...event,
      timestamp: (place === 2 ? 11_000 - ms : 10_000 + place * 1_000) / 1_000,
    }));

  test('may go back as far as is tolerated and not a millisecond further', () => {
    expect(judge(backBy(5), { timestampToleranceMs: 5 }).rules).toEqual([]);
    expect(judge(backBy(6), { timestampToleranceMs: 5 }).rules).toEqual(['ORD-TIMESTAMP-BACK']);
    expect(judge(backBy(1)).violations).toEqual([
      expect.objectContaining({ rule: 'ORD-TIMESTAMP-BACK', actual: '1 ms before it' }),
    ]);
  });
});

describe('event order: legal turns', () => {
  test.for([0, 1, 2, 5])('accepts a turn with %i tool calls', (tools) => {
    const judged = judge(sampleTurn(tools), tools === 0 ? {} : WITH_TOOLS);

    expect(judged.rules).toEqual([]);
    expect(judged.warnings).toEqual([]);
    expect(judged.state.terminal).toMatchObject({ type: 'agent_completed' });
    expect(judged.state.pairing).toBe(tools === 0 ? 'none' : 'id');
  });

  test('accepts parallel tools in any order of completion', () => {
    const turn = sampleTurn(3, { parallel: true });
    const reversed = [...turn.slice(0, 5), ...turn.slice(5, 8).toReversed(), ...turn.slice(8)].map(
      (event, place) => ({
        ...event,
        timestamp: place,
      }),
    );

    expect(judge(reversed, WITH_TOOLS).rules).toEqual([]);
  });

  test('infers pairs without ids by name, last in first out, and says so', () => {
    const turn = sampleTurn(2, { parallel: true }).map((event) => ({ ...event, execution_id: undefined }));

    const judged = judge(turn, WITH_TOOLS);

    expect(judged.rules).toEqual([]);
    expect(judged.state.pairing).toBe('inferred');
  });

  test('accepts a sub-agent as a tree and takes only the root for the end', () => {
    const turn = [
      sampleEvent('agent_started', 0),
      sampleEvent('agent_started', 1, { agent_name: 'triage' }),
      sampleEvent('agent_thinking', 2, { agent_name: 'triage' }),
      sampleEvent('agent_completed', 3, { agent_name: 'triage' }),
      sampleEvent('agent_completed', 4),
    ];

    const judged = judge(turn);

    expect(judged.rules).toEqual([]);
    expect(judged.warnings).toEqual([]);
    expect(judged.state.agents).toEqual([
      { name: 'supervisor', parent: null, startedAt: 0, closedAt: 4 },
      { name: 'triage', parent: 0, startedAt: 1, closedAt: 3 },
    ]);
    expect(judge(turn.slice(0, 4)).rules).toContain('ORD-TERMINAL-MISSING');
  });

  test('counts a repeated delivery once and warns', () => {
    const turn = sampleTurn(1);
    const repeated = turn.flatMap((event) => [event, event]);

    const judged = judge(repeated, WITH_TOOLS);

    expect(judged.rules).toEqual([]);
    expect(judged.state.redeliveries).toBe(turn.length);
    expect(judged.state.counts.tool_completed).toBe(1);
    expect(new Set(judged.warnings)).toEqual(new Set(['ORD-DUPLICATE-DELIVERY']));
  });

  test('tells repeats from reuse beyond the linear search too', () => {
    const turn = sampleTurn(40);
    const judged = judge([...turn.slice(0, -1), ...turn.slice(60, 63), ...turn.slice(-1)], WITH_TOOLS);

    expect(judged.rules).toEqual([]);
    expect(judged.state.redeliveries).toBe(3);
  });

  test('warns about repeated starts and lets the policy make them violations', () => {
    const turn = [
      sampleEvent('agent_started', 0),
      ...sampleTurn(0).map((event, place) => ({ ...event, event_id: `x${place}` })),
    ];
    const ordered = turn.map((event, place) => ({ ...event, timestamp: place }));

    expect(judge(ordered)).toMatchObject({ rules: [], warnings: ['ORD-STARTED-DUPLICATE'] });
    expect(judge(ordered, { duplicateStarted: 'violation' }).rules).toEqual(['ORD-STARTED-DUPLICATE']);
  });

  test('takes a synonym of the terminal event for a second name', () => {
    const turn = [...sampleTurn(0), sampleEvent('agent_completed', 9, { type: 'final_report' })];

    expect(judge(turn)).toMatchObject({ rules: [], warnings: ['ORD-TERMINAL-DUPLICATE'] });
  });
});

describe('event order: violations', () => {
  const turn = sampleTurn(1);
  const without = (type: string): readonly JsonObject[] => turn.filter((event) => event['type'] !== type);
  const timeless = (events: readonly JsonObject[]): readonly JsonObject[] =>
    events.map((event, place) => ({ ...event, timestamp: place, event_id: `t${place}` }));

  test.for([
    {
      fault: 'drop agent_started',
      raw: without('agent_started'),
      rules: ['ORD-STARTED-NOT-FIRST', 'ORD-REQUIRED-MISSING'],
    },
    { fault: 'drop agent_thinking', raw: without('agent_thinking'), rules: ['ORD-REQUIRED-MISSING'] },
    {
      fault: 'drop tool_executing',
      raw: without('tool_executing'),
      rules: ['ORD-TOOL-ORPHAN', 'ORD-REQUIRED-MISSING'],
    },
    {
      fault: 'drop tool_completed',
      raw: without('tool_completed'),
      rules: ['ORD-TOOL-UNPAIRED', 'ORD-REQUIRED-MISSING'],
    },
    {
      fault: 'swap the tool events',
      raw: timeless([turn[0], turn[1], turn[3], turn[2], turn[4]].map((event) => event ?? {})),
      rules: ['ORD-TOOL-SWAPPED'],
    },
    {
      fault: 'second terminal',
      raw: timeless([...turn, ...turn.slice(-1)]),
      rules: ['ORD-TERMINAL-DUPLICATE'],
    },
    {
      fault: 'event after the terminal',
      raw: timeless([...turn, ...turn.slice(1, 2)]),
      rules: ['ORD-EVENT-AFTER-TERMINAL'],
    },
    {
      fault: 'agent_error as the end',
      raw: [...without('agent_completed'), sampleEvent('agent_error', 4)],
      rules: ['EVT-AGENT-FAILED'],
    },
    {
      fault: 'wrong run',
      raw: turn.map((event, place) => (place === 1 ? { ...event, run_id: 'run_2' } : event)),
      rules: ['ORD-WRONG-RUN'],
    },
    {
      fault: 'wrong thread',
      raw: turn.map((event, place) => (place === 1 ? { ...event, thread_id: 'thread_2' } : event)),
      rules: ['ORD-WRONG-THREAD'],
    },
    {
      fault: 'timestamps go back',
      raw: turn.map((event, place) => (place === 3 ? { ...event, timestamp: 1 } : event)),
      rules: ['ORD-TIMESTAMP-BACK'],
    },
    {
      fault: 'event id reused',
      raw: turn.map((event, place) => (place === 3 ? { ...event, event_id: 'evt_0' } : event)),
      rules: ['ORD-EVENT-ID-REUSED'],
    },
    {
      fault: 'call id reused',
      raw: timeless([...turn.slice(0, 4), ...turn.slice(2)]),
      rules: ['ORD-TOOL-CALL-REUSED', 'ORD-TOOL-CALL-REUSED'],
    },
    {
      fault: 'tool renamed inside a call',
      raw: turn.map((event, place) => (place === 3 ? { ...event, tool_name: 'other' } : event)),
      rules: ['ORD-TOOL-NAME-DIFFERS'],
    },
  ])('names $fault', ({ raw, rules }) => {
    expect(judge(raw, WITH_TOOLS).rules).toEqual(rules);
  });

  test('names a foreign event once and keeps it out of the turn', () => {
    const foreign = sampleTurn(2).map((event, place) => ({
      ...event,
      user_id: 'user_2',
      run_id: 'run_2',
      thread_id: 'thread_2',
      event_id: `foreign_${place}`,
    }));

    const judged = judge([...turn.slice(0, 2), ...foreign, ...turn.slice(2)], WITH_TOOLS);

    expect(judged.rules).toEqual(foreign.map(() => 'ISO-FOREIGN-EVENT'));
    expect(judged.state.foreign).toBe(foreign.length);
    expect(judged.state.counts.agent_started).toBe(1);
  });

  test.for([
    { ended: 'silence', rules: ['ORD-TOOL-UNPAIRED', 'ORD-TERMINAL-MISSING', 'ORD-REQUIRED-MISSING'] },
    {
      ended: 'closed',
      rules: ['ORD-TOOL-UNPAIRED', 'ORD-TERMINAL-MISSING', 'ORD-RUN-TRUNCATED', 'ORD-REQUIRED-MISSING'],
    },
  ] as const)('judges a run cut inside a tool call when it ended by $ended', ({ ended, rules }) => {
    expect(judge(turn.slice(0, 3), WITH_TOOLS, ended).rules).toEqual(rules);
  });

  test('judges nothing as missing before the end is stated', () => {
    const order = createEventOrder();
    foldEvents(turn.slice(0, 3)).forEach((event, index) => order.accept(event, index, 0));

    expect(order.violations()).toEqual([]);
  });

  test('reports an empty turn', () => {
    expect(judge([], {}, 'deadline').rules).toEqual([
      'ORD-TERMINAL-MISSING',
      'ORD-REQUIRED-MISSING',
      'ORD-REQUIRED-MISSING',
    ]);
  });

  test('carries the index of the event and stays within its limit', () => {
    const raw = turn.map((event) => ({ ...event, run_id: 'run_2' }));

    expect(judge(raw, WITH_TOOLS).violations[4]).toMatchObject({ rule: 'ORD-WRONG-RUN', eventIndex: 4 });
    expect(judge(raw, { ...WITH_TOOLS, maxViolations: 2 }).state.suppressed).toBe(3);
  });
});
