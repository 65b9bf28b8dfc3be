import { delay } from '../foundation/deadline.ts';
import type { HttpResult } from '../http/http-client.ts';
import type { Climb } from './climb.ts';

/**
 * Time at time scale 1 after which a target that has answered nothing at all is given up: a run with `--smoke` ends within a
 * minute (design.md §1), and the budget of a slow answer (requirements.md Part C: 45 s) is for a target that is alive.
 */
const MUTE_MS = 20_000;
/** Wait for one more answer of a target that has left one out. */
const SECOND_MS = 5_000;
/** Any answer is a sign of life, 404 as well. */
const SIGN_OF_LIFE = '/';

/** What the wait needs of a climb. */
type Asker = Pick<Climb, 'backend' | 'recorder' | 'signal' | 'budgetFloorMs' | 'hasLeftOut'> & {
  readonly settings: Pick<Climb['settings'], 'timeScale'>;
};

/** What came of a request that is given up early where nothing at all is answered. */
export type PatientResult =
  HttpResult | { readonly kind: 'mute'; readonly waitedMs: number; readonly asked: readonly string[] };

function scaled({ settings: { timeScale }, budgetFloorMs }: Asker, waitMs: number): number {
  return Math.max(waitMs * timeScale, Math.min(waitMs, budgetFloorMs));
}

/**
 * Asks for `path` and waits `budgetMs` for it, but no longer than for a first sign of life from the target: half way to that
 * another path is asked beside it, and only a target that answers there is waited for to the end.
 * @throws the reason of the climb's signal.
 */
export async function askPatiently(climb: Asker, path: string, budgetMs: number): Promise<PatientResult> {
  const giveUpMs = scaled(climb, MUTE_MS);
  if (giveUpMs >= budgetMs) return ask(climb, path, budgetMs, climb.signal);
  const over = new AbortController();
  const signal = AbortSignal.any([climb.signal, over.signal]);
  const answer = ask(climb, path, budgetMs, signal);
  const silence = hasNoLife(climb, giveUpMs, signal).then(async (isMute) => {
    // A target that lives is waited for as long as its budget says.
    if (!isMute) return answer;
    return { kind: 'mute', waitedMs: giveUpMs, asked: [path, SIGN_OF_LIFE] } as const;
  });
  try {
    return await Promise.race([answer, silence]);
  } finally {
    over.abort();
    // What is still under way is recorded as given up before the rung ends.
    await Promise.allSettled([answer, silence]);
  }
}

/** Waits half of `withinMs`, then asks beside; true when that is not answered either in what is left. */
async function hasNoLife(climb: Asker, withinMs: number, signal: AbortSignal): Promise<boolean> {
  await delay(withinMs / 2, signal);
  const beside = await ask(climb, SIGN_OF_LIFE, withinMs / 2, signal);
  return beside.kind === 'censored' && beside.phase !== 'body';
}

/** Longest wait for an answer that stands beside `/health`: short once the target has left one of them out. */
export function besideBudgetMs(climb: Asker): number {
  return scaled(climb, climb.hasLeftOut ? SECOND_MS : MUTE_MS);
}

async function ask(climb: Asker, path: string, budgetMs: number, signal: AbortSignal): Promise<HttpResult> {
  return climb.backend.request({ method: 'GET', path, budgetMs, signal, recorder: climb.recorder });
}
