import { isStuck } from '../evidence/sample.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { CheckContext } from './check-context.ts';
import { isOursToExplain, observerSlow } from './latency.ts';
import { LOAD_USERS, loadRound } from './load-round.ts';
import { ownMemoryBytes } from './own-process.ts';

/** Ten users at once get at least twice as much done as one alone: below it the turns are served one after another. */
const MIN_SPEED_UP = 2;
const BYTES_PER_MB = 1_048_576;
/** Final growth from which the original suite suspected a leak, in MB (requirements.md S1-20). */
const MAX_GROWTH_MB = 50;

/** Requires that ten users at once complete all their turns, and more of them a second than one user alone. */
export async function expectThroughput(t: CheckContext): Promise<void> {
  const load = await loadRound(t);
  const { soloPerSecond, loadedPerSecond, turnsRun, turnsCompleted, lost, lagMs, slowestRoundMs } = load;
  t.expectThat(turnsCompleted === turnsRun, 'WS-CONCURRENCY', {
    where: `turns of ${LOAD_USERS} users at once`,
    expected: `${turnsRun} completed`,
    actual: turnsCompleted,
    evidence: lost,
  });
  // The time of a round in which a turn was waited for in vain is no throughput.
  t.stopIfBroken();
  const speedUp = loadedPerSecond / soloPerSecond;
  t.record({
    kind: 'measure',
    name: 'turns a second, one user',
    unit: 'per second',
    value: soloPerSecond,
    of: 'target',
  });
  t.record({
    kind: 'measure',
    name: `turns a second, ${LOAD_USERS} users`,
    unit: 'per second',
    value: loadedPerSecond,
    of: 'target',
  });
  t.note(
    `${soloPerSecond.toFixed(1)} turns a second with one user, ${loadedPerSecond.toFixed(1)} with ${LOAD_USERS} at once`,
  );
  const allowedMs = (1_000 * LOAD_USERS) / (MIN_SPEED_UP * soloPerSecond);
  if (speedUp < MIN_SPEED_UP && isOursToExplain(allowedMs, slowestRoundMs, lagMs)) {
    throw observerSlow(`a round of ${LOAD_USERS} turns`, allowedMs, slowestRoundMs, lagMs);
  }
  t.expectThat(speedUp >= MIN_SPEED_UP, 'TIM-THROUGHPUT', {
    where: `${LOAD_USERS} users at once`,
    expected: `at least ${MIN_SPEED_UP} times the turns a second of one user alone`,
    actual: `${speedUp.toFixed(2)} times`,
  });
}

/**
 * Requires that the memory of the target does not grow with the turns it served. Whose memory it is stands in the record:
 * ours is measured beside it and never compared. @throws {HarnessError} `METRIC_STUCK` for a figure that never moves.
 */
export async function expectBoundedMemory(t: CheckContext): Promise<void> {
  const { memory, turnsCompleted } = await loadRound(t);
  const values = memory.valuesMb.filter((value) => value !== null);
  const missing = memory.valuesMb.length - values.length;
  t.record({ kind: 'sample', name: 'memory of the target', unit: 'MB', of: 'target', values, missing });
  t.record({
    kind: 'measure',
    name: 'memory of the harness',
    unit: 'bytes',
    value: ownMemoryBytes(),
    of: 'harness',
  });
  t.expectThat(missing === 0, 'API-BODY', {
    where: '/api/system/info',
    expected: 'HTTP 200 with memory_mb, every time',
    actual: `${missing} of ${memory.valuesMb.length} answers without it`,
    evidence: memory.evidence.slice(-3),
  });
  t.stopIfBroken();
  const [first = 0] = values;
  const last = values.at(-1) ?? 0;
  if (isStuck(values)) {
    throw new HarnessError(
      'METRIC_STUCK',
      `expected the memory of the target to move over ${turnsCompleted} turns, got ${first} MB ${values.length} times`,
      { next: 'A constant figure proves neither growth nor its absence.' },
    );
  }
  t.record({
    kind: 'measure',
    name: 'growth of the memory of the target',
    unit: 'bytes',
    value: Math.round((last - first) * BYTES_PER_MB),
    of: 'target',
  });
  t.note(`memory of the target: ${first} MB before, ${last} MB after ${turnsCompleted} turns`);
  t.expectThat(last - first <= MAX_GROWTH_MB, 'HLT-MEMORY-GROWTH', {
    where: `/api/system/info over ${turnsCompleted} turns`,
    expected: `growth of at most ${MAX_GROWTH_MB} MB`,
    actual: `${(last - first).toFixed(2)} MB`,
    evidence: memory.evidence.slice(-3),
  });
}
