import { describeClose } from '../evidence/close-text.ts';
import { chatTurn } from '../ws/chat-turn.ts';
import type { Climb, RungOutcome } from './climb.ts';
import { endRule } from './wire-fault.ts';

const FAILED_ENDS: readonly string[] = ['agent_failed', 'agent_error', 'agent_death', 'agent_stopped'];

/** One chat turn reaches its terminal event; silence is never taken for completion. */
export async function chatTurnRung(climb: Climb): Promise<RungOutcome> {
  const { connection } = climb;
  if (connection === null) throw new TypeError('the chat rung stands on a welcomed connection');
  const turn = await chatTurn(connection, {
    prompt: 'Preflight: count the words of this sentence with one tool and answer with the number.',
    threadId: climb.threadId,
    requireTools: false,
    timeScale: climb.settings.timeScale,
    budgetFloorMs: climb.budgetFloorMs,
    dialect: 'tolerant',
    // What comes after the terminal event is judged by the suites.
    graceMs: 0,
    signal: climb.signal,
  });
  await connection.close();
  const expected = `a terminal event within ${climb.budgets.turn.failMs ?? 90_000} ms`;
  const seen = `${turn.events.length} events (${turn.events.map(({ type }) => type).join(', ') || 'none'})`;
  const after = `after ${turn.totalMs.toFixed(0)} ms`;
  switch (turn.ended) {
    case 'terminal': {
      const last = turn.events.find(({ type }) => FAILED_ENDS.includes(type));
      return last === undefined
        ? { state: 'held', actual: `${seen} ${after}` }
        : {
            state: 'broken',
            rule: 'EVT-AGENT-FAILED',
            expected: 'agent_completed',
            actual: `${last.type} ${after}`,
          };
    }
    case 'closed':
      return turn.closed === null
        ? {
            state: 'broken',
            rule: 'ORD-RUN-TRUNCATED',
            expected,
            actual: `the connection ended ${after}, ${seen}`,
          }
        : {
            state: 'broken',
            rule: endRule(connection, turn.closed),
            expected,
            actual: `${describeClose(turn.closed)}, after ${seen}`,
          };
    case 'silence':
      return {
        state: 'broken',
        rule: 'TIM-GAP',
        expected: `an event every ${climb.budgets.eventGap.failMs ?? 90_000} ms`,
        actual: `silence ${after}, after ${seen}`,
      };
    case 'deadline':
      return { state: 'broken', rule: 'TIM-TURN', expected, actual: `none ${after}, after ${seen}` };
    case 'limit':
      return {
        state: 'broken',
        rule: turn.closed === null ? 'EVT-TOO-MANY' : endRule(connection, turn.closed),
        expected,
        actual: `our limit was reached ${after}, ${seen}`,
      };
  }
}
