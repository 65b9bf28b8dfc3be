import { trend } from '../evidence/trend.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { CheckContext } from './check-context.ts';
import { observed } from './lag.ts';
import { expectLatency, isOursToExplain, type LatencySample, observerSlow } from './latency.ts';

/** Turns of one connection in a row: enough for a trend, few enough for a target on which a turn takes a minute. */
export const TURNS = 8;

export interface TurnBatch {
  /** In their order; fewer than asked for when one did not end. */
  readonly turns: readonly ChatTurn[];
  readonly lagMs: number;
}

/** Runs eight chat turns one after another on one connection, once for all checks of this worker. */
export async function turnBatch(t: CheckContext): Promise<TurnBatch> {
  return t.shared('eight turns', async () => {
    const session = await t.session(t.user('talker'));
    const { value, lagMs } = await observed(async () => {
      const turns: ChatTurn[] = [];
      for (let number = 1; number <= TURNS; number += 1) {
        const turn = await t.turn(session, {
          prompt: `use no tools: what comes after ${number}?`,
          graceMs: 0,
        });
        turns.push(turn);
        if (turn.ended !== 'terminal') break;
      }
      return turns;
    });
    await session.connection.close();
    return { turns: value, lagMs };
  });
}

/** One duration of every turn that has it; turns that were never run are missing values. */
export function turnLatency(
  { turns, lagMs }: TurnBatch,
  name: string,
  of: (turn: ChatTurn) => number | null,
): LatencySample {
  const valuesMs = turns.map(of).filter((value) => value !== null);
  const evidence = turns.map((turn) => turn.evidence);
  return { name, valuesMs, missing: TURNS - valuesMs.length, lagMs, evidence };
}

/**
 * Requires that the turns of a connection do not get slower from one to the next.
 * @throws {HarnessError} `OBSERVER_SLOW` when they do and our own event loop was late.
 */
export function expectNoGrowth(t: CheckContext, batch: TurnBatch): void {
  const sample = turnLatency(batch, 'whole turn', ({ totalMs }) => totalMs);
  expectLatency(t, sample, []);
  const found = trend(sample.valuesMs);
  if (found === null) return;
  const { factor, z, grows } = found;
  const text = `last turns ${factor === null ? '-' : factor.toFixed(2)} times the first, z ${z.toFixed(2)}`;
  t.note(text);
  const fastestMs = Math.min(...sample.valuesMs);
  const slowestMs = Math.max(...sample.valuesMs);
  if (grows && isOursToExplain(fastestMs, slowestMs, batch.lagMs)) {
    throw observerSlow('the last turn', fastestMs, slowestMs, batch.lagMs);
  }
  t.expectThat(!grows, 'TIM-GROWTH', {
    where: `${TURNS} turns on one connection`,
    expected: 'no rise from turn to turn',
    actual: `${sample.valuesMs.map((value) => value.toFixed(0)).join(', ')} ms: ${text}`,
    evidence: sample.evidence,
  });
}
