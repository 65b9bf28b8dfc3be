import type { User } from '../auth/user.ts';
import { parseSystemInfo } from '../contract/self-report.ts';
import type { CheckContext } from './check-context.ts';
import { observed } from './lag.ts';
import type { Session } from './session.ts';

/** Users that are served at once (requirements.md Part C, concurrency of the gate). */
export const LOAD_USERS = 10;
const SOLO_TURNS = 3;
const ROUNDS = 4;

/** A figure that the target reports about itself, read several times; null where an answer had none. */
export interface MemorySeries {
  readonly valuesMb: readonly (number | null)[];
  readonly evidence: readonly string[];
}

/** What one user alone, and then ten at once, got done. */
export interface LoadRound {
  /** Completed turns per second of one user alone. */
  readonly soloPerSecond: number;
  /** Completed turns per second of ten users at once. */
  readonly loadedPerSecond: number;
  readonly turnsRun: number;
  readonly turnsCompleted: number;
  /** Records of the turns that were not completed. */
  readonly lost: readonly string[];
  readonly memory: MemorySeries;
  readonly lagMs: number;
  /** Longest time that ten turns at once took, in milliseconds. */
  readonly slowestRoundMs: number;
}

/** Runs turns of one user, then rounds of ten users at once, and reads the memory figure between them; once per worker. */
export async function loadRound(t: CheckContext): Promise<LoadRound> {
  return t.shared('load round', async () => {
    const [first, ...others] = t.users(LOAD_USERS);
    if (first === undefined) throw new TypeError('a load round has at least one user');
    const { value, lagMs } = await observed(async () => run(t, first, others));
    return { ...value, lagMs };
  });
}

async function run(t: CheckContext, first: User, others: readonly User[]): Promise<Omit<LoadRound, 'lagMs'>> {
  const valuesMb: (number | null)[] = [];
  const evidence: string[] = [];
  const memory = { valuesMb, evidence };
  let turnsRun = 0;
  let turnsCompleted = 0;
  const lost: string[] = [];
  const turnOf = async (session: Session): Promise<void> => {
    const turn = await t.turn(session, { prompt: 'use no tools: say hello', graceMs: 0 });
    turnsRun += 1;
    if (turn.ended === 'terminal') turnsCompleted += 1;
    else lost.push(turn.evidence);
  };
  await readMemory(t, memory);
  const alone = await t.session(first);
  const soloStartMs = t.recorder.now();
  for (let number = 0; number < SOLO_TURNS; number += 1) await turnOf(alone);
  const soloPerSecond = turnsCompleted / ((t.recorder.now() - soloStartMs) / 1_000);

  const sessions = [alone, ...(await t.sessions(others))];
  const before = turnsCompleted;
  let loadedMs = 0;
  let slowestRoundMs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = t.recorder.now();
    await Promise.all(sessions.map(turnOf));
    const roundMs = t.recorder.now() - startMs;
    loadedMs += roundMs;
    slowestRoundMs = Math.max(slowestRoundMs, roundMs);
    for (let look = 0; look < 3; look += 1) await readMemory(t, memory);
  }
  t.recordOverlap(sessions);
  const loadedPerSecond = (turnsCompleted - before) / (loadedMs / 1_000);
  return { soloPerSecond, loadedPerSecond, turnsRun, turnsCompleted, lost, memory, slowestRoundMs };
}

/** Reads `memory_mb` of `/api/system/info` (wire-contract.md §1.9); a target without it is not asked. */
async function readMemory(
  t: CheckContext,
  series: { readonly valuesMb: (number | null)[]; readonly evidence: string[] },
): Promise<void> {
  if (t.lacks('memory-metric')) return;
  const answer = await t.answered('GET', '/api/system/info');
  const info = answer.status === 200 ? parseSystemInfo(answer.json) : null;
  series.valuesMb.push(info?.ok === true ? info.value.memoryMb : null);
  series.evidence.push(answer.evidence);
}
