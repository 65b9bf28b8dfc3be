import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { minimalCounterexample } from './counterexample.ts';
import { foldFrame, foldText } from './envelope.ts';
import { createEventOrder } from './event-order.ts';
import { CRITICAL_EVENT_TYPES } from './event-type.ts';
import { checkFrame } from './frame-check.ts';
import type { JsonObject } from './json-object.ts';
import type { OrderOptions, StreamEnd } from './order-options.ts';
import { isRuleId } from './rule.ts';
import { foldEvents, SAMPLE_IDS, sampleTurn } from './sample-turn.ts';

const OPTIONS: OrderOptions = { required: CRITICAL_EVENT_TYPES, expected: SAMPLE_IDS };

function rulesOf(raw: readonly unknown[], ended: StreamEnd = 'terminal'): readonly string[] {
  const order = createEventOrder(OPTIONS);
  foldEvents(raw).forEach((event, index) => order.accept(event, index, index));
  order.end(ended);
  return order.violations().map(({ rule }) => rule);
}

const legalTurn = fc
  .record({ tools: fc.integer({ min: 1, max: 4 }), parallel: fc.boolean() })
  .map(({ tools, parallel }) => sampleTurn(tools, { parallel }));

/** A legal turn and one place in it. */
const turnAndPlace = legalTurn.chain((turn) =>
  fc.record({ turn: fc.constant(turn), place: fc.nat({ max: turn.length - 1 }) }),
);

describe('event order: mutations of a legal turn', () => {
  test('accepts every legal turn', () => {
    fc.assert(
      fc.property(legalTurn, (turn) => {
        expect(rulesOf(turn)).toEqual([]);
      }),
    );
  });

  test('detects any dropped event', () => {
    fc.assert(
      fc.property(turnAndPlace, ({ turn, place }) => {
        expect(
          rulesOf(
            turn.filter((_, index) => index !== place),
            'silence',
          ),
        ).not.toEqual([]);
      }),
    );
  });

  test('detects any event sent twice under a new id', () => {
    fc.assert(
      fc.property(turnAndPlace, fc.nat({ max: 10 }), ({ turn, place }, later) => {
        const copy = { ...turn[place], event_id: 'copy' };
        const at = Math.min(turn.length, place + 1 + later);
        // A repeated start is tolerated and thinking may repeat; both must not come after the end.
        fc.pre(place > 1 || at === turn.length);
        const mutant = [...turn.slice(0, at), copy, ...turn.slice(at)];
        expect(rulesOf(mutant.map((event, index) => ({ ...event, timestamp: index })))).not.toEqual([]);
      }),
    );
  });

  test('detects any swap of neighbours that is not between independent calls', () => {
    fc.assert(
      fc.property(turnAndPlace, ({ turn, place }) => {
        const left = turn[place];
        const right = turn[place + 1];
        fc.pre(left !== undefined && right !== undefined);
        if (left === undefined || right === undefined) return;
        const mutant = [...turn.slice(0, place), right, left, ...turn.slice(place + 2)];
        // The timestamps of the server betray every swap; without them only dependent events do.
        expect(rulesOf(mutant)).toContain('ORD-TIMESTAMP-BACK');
        const timeless = mutant.map((event, index) => ({ ...event, timestamp: index }));
        expect(rulesOf(timeless).length === 0).toBe(areIndependent(left, right));
      }),
    );
  });

  test('detects any truncation', () => {
    fc.assert(
      fc.property(
        turnAndPlace,
        fc.constantFrom<StreamEnd>('silence', 'deadline', 'closed'),
        ({ turn, place }, ended) => {
          expect(rulesOf(turn.slice(0, place), ended)).toContain('ORD-TERMINAL-MISSING');
        },
      ),
    );
  });

  test('detects any relabelled id', () => {
    const label = fc.constantFrom('run_id', 'thread_id', 'user_id');
    fc.assert(
      fc.property(turnAndPlace, label, ({ turn, place }, name) => {
        const mutant = turn.map((event, index) => (index === place ? { ...event, [name]: 'other' } : event));
        expect(rulesOf(mutant)).not.toEqual([]);
      }),
    );
  });

  test('accepts independent parallel calls in every order that keeps each start before its completion', () => {
    const shuffled = fc.shuffledSubarray([0, 0, 1, 1, 2, 2, 3, 3], { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(shuffled, fc.boolean(), (calls, hasIds) => {
        const [started, thinking] = sampleTurn(0);
        const seen = new Set<number>();
        const tools = calls.map((call): JsonObject => {
          const type = seen.has(call) ? 'tool_completed' : 'tool_executing';
          seen.add(call);
          const id = hasIds ? { execution_id: `call_${call}` } : {};
          return { ...thinking, type, tool_name: `tool_${call}`, results: 1, ...id };
        });
        const turn = [started ?? {}, thinking ?? {}, ...tools, { ...started, type: 'agent_completed' }];
        expect(
          rulesOf(turn.map((event, index) => ({ ...event, timestamp: index, event_id: `e${index}` }))),
        ).toEqual([]);
      }),
    );
  });

  test('reduces a violating turn to a list that breaks the same rule and cannot lose an event', () => {
    fc.assert(
      fc.property(turnAndPlace, ({ turn, place }) => {
        const events = foldEvents(turn.filter((_, index) => index !== place));
        const found = minimalCounterexample(events, OPTIONS);
        expect(found).not.toBeNull();
        if (found === null) return;
        expect(found.events.length).toBeGreaterThan(0);
        expect(found.indices.map((index) => events[index])).toEqual(found.events);
        for (let drop = 0; found.events.length > 1 && drop < found.events.length; drop += 1) {
          const order = createEventOrder(OPTIONS);
          found.events
            .filter((_, index) => index !== drop)
            .forEach((event, index) => order.accept(event, index, 0));
          order.end('terminal');
          expect(order.violations().map(({ rule }) => rule)).not.toContain(found.rule);
        }
      }),
    );
  });
});

describe('folding and judging whatever arrives', () => {
  const hostileType = fc.constantFrom(
    'agent_started',
    'tool_completed',
    'agent_completed',
    'system_message',
    'error_message',
    'error',
    'reasoning',
    'connection_established',
    'heartbeat',
    'constructor',
    '__proto__',
    'hasOwnProperty',
    '',
    'handshake_response',
  );
  const json = fc.jsonValue({ maxDepth: 4 });
  const message = fc.oneof(
    json,
    fc.record(
      {
        type: fc.oneof(hostileType, json),
        data: json,
        payload: json,
        event: hostileType,
        error: json,
        timestamp: json,
        run_id: json,
        user_id: json,
        tool_name: json,
        execution_id: json,
        event_id: json,
      },
      { requiredKeys: [] },
    ),
  );

  test('never throws on a sequence of any JSON values', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.boolean(), (messages, isFlat) => {
        const order = createEventOrder({ agents: isFlat ? 'flat' : 'tree' });
        messages.forEach((raw, index) => {
          const frame = foldText(JSON.stringify(raw));
          checkFrame(frame, { dialect: 'canonical', eventIndex: index });
          checkFrame(frame, { dialect: 'tolerant' });
          if (frame.kind === 'agent-event') order.accept(frame.event, index, index);
        });
        order.end('closed');
        expect(order.violations().every(({ rule }) => isRuleId(rule))).toBe(true);
        expect(order.state().events).toBeLessThanOrEqual(messages.length);
      }),
      { numRuns: 500 },
    );
  });

  test('never throws on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(foldText(text).kind).toBeTypeOf('string');
      }),
    );
  });

  test.for([
    ['prototype keys', '{"type":"agent_started","__proto__":{"run_id":"polluted"},"constructor":1}'],
    ['deep nesting', `{"type":"agent_started","data":${'{"data":'.repeat(5_000)}1${'}'.repeat(5_000)}}`],
    ['deep double wrapping', `${'{"type":"agent_started","data":'.repeat(3_000)}1${'}'.repeat(3_000)}`],
    ['huge numbers', '{"type":"agent_started","timestamp":1e308,"run_id":1e999,"user_id":-0}'],
    [
      'a toString that is no function',
      '{"type":"system_message","data":{"event":{"toString":1,"valueOf":1}}}',
    ],
  ] as const)('survives %s', ([, text]) => {
    const frame = foldText(text);

    expect(['agent-event', 'other']).toContain(frame.kind);
    expect(frame.kind === 'agent-event' ? frame.event.runId : null).toBeNull();
    expect(Object.hasOwn(Object.prototype, 'run_id')).toBe(false);
  });

  test('survives values that only JavaScript has', () => {
    for (const raw of [undefined, null, Number.NaN, [], () => 1, Symbol('x'), new Map()]) {
      expect(foldFrame(raw).kind).toBe('malformed');
    }
  });
});

/** Two tool events of different calls; every other pair of neighbours depends on its order. */
function areIndependent(left: JsonObject, right: JsonObject): boolean {
  const isTool = (event: JsonObject): boolean => event['execution_id'] !== undefined;
  if (left['type'] === 'agent_thinking' || right['type'] === 'agent_thinking') {
    return left['type'] !== 'agent_started' && right['type'] !== 'agent_completed';
  }
  return isTool(left) && isTool(right) && left['execution_id'] !== right['execution_id'];
}
