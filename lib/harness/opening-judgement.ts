import { describeProportion, proportion } from '../evidence/proportion.ts';
import { median } from '../evidence/sample.ts';
import type { CheckContext } from './check-context.ts';
import { observed } from './lag.ts';
import { isOursToExplain, observerSlow } from './latency.ts';
import { openings, openOnce, type Opening } from './openings.ts';

const INTERNAL_ERROR = 1011;
/** Share of openings that must succeed (requirements.md Part C). */
const MIN_SUCCESS = 0.95;
const PAIRS = 5;
/** How much longer a second connect may take: a share of the first, and what the noise of a network explains. */
const ALLOWED_FACTOR = 1.5;
const NOISE_MS = 100;

/** Requires that at least 95 % of the openings end in a welcome; the interval is said beside the share. */
export async function expectSuccessRate(t: CheckContext): Promise<void> {
  const { all } = await openings(t);
  const failures = all.filter(({ kind }) => kind !== 'welcomed');
  const found = proportion(all.length - failures.length, all.length);
  if (found === null) throw new TypeError('openings were made');
  t.record({
    kind: 'measure',
    name: 'connection success',
    unit: 'ratio',
    value: found.share,
    n: found.n,
    of: 'target',
  });
  t.note(describeProportion(found));
  t.expectThat(found.share >= MIN_SUCCESS, 'WS-CONNECT-RATE', {
    where: `${all.length} openings with one token`,
    expected: `at least ${MIN_SUCCESS} welcomed`,
    actual: `${describeProportion(found)}: ${summary(failures)}`,
    evidence: failures.slice(0, 5).map(({ evidence }) => evidence),
  });
}

/** Requires that none of the openings ends in close code 1011. */
export async function expectNoInternalError(t: CheckContext): Promise<void> {
  const { all } = await openings(t);
  const crashed = all.filter(({ closeCode }) => closeCode === INTERNAL_ERROR);
  t.record({
    kind: 'measure',
    name: 'close code 1011',
    unit: 'count',
    value: crashed.length,
    n: all.length,
    of: 'target',
  });
  t.note(`close code 1011: ${crashed.length} of ${all.length}`);
  t.expectThat(crashed.length === 0, 'WS-CLOSE-INTERNAL-ERROR', {
    where: `${all.length} openings with one token`,
    expected: 'no close code 1011',
    actual: `${crashed.length}: ${summary(crashed)}`,
    evidence: crashed.slice(0, 5).map(({ evidence }) => evidence),
  });
}

/** Requires that none of the openings in a row fails in any way, at the first attempt. */
export async function expectEveryOpening(t: CheckContext): Promise<void> {
  const { all } = await openings(t);
  const failures = all.filter(({ kind }) => kind !== 'welcomed');
  t.expectThat(failures.length === 0, 'WS-RECONNECT-REFUSED', {
    where: `${all.length} openings in a row with one token`,
    expected: 'every one welcomed at its first attempt',
    actual: `${failures.length} not: ${summary(failures)}`,
    evidence: failures.slice(0, 5).map(({ evidence }) => evidence),
  });
}

/**
 * Requires that connecting again with the same token is not slower than the first time, over five users.
 * @throws {HarnessError} `OBSERVER_SLOW` when it is and our own event loop was late.
 */
export async function expectSecondConnectNotSlower(t: CheckContext): Promise<void> {
  const { value: pairs, lagMs } = await observed(async () => {
    const all: { readonly first: Opening; readonly second: Opening }[] = [];
    for (const user of t.users(PAIRS)) {
      const token = await t.token(user);
      all.push({ first: await openOnce(t, token), second: await openOnce(t, token) });
    }
    return all;
  });
  const firstMs = reportedMedian(
    t,
    'first connect',
    pairs.map(({ first }) => totalMs(first)),
  );
  const secondMs = reportedMedian(
    t,
    'second connect',
    pairs.map(({ second }) => totalMs(second)),
  );
  if (firstMs === null || secondMs === null) return;
  t.note(`median ${firstMs.toFixed(1)} ms first, ${secondMs.toFixed(1)} ms second`);
  const allowedMs = firstMs * ALLOWED_FACTOR + NOISE_MS;
  if (secondMs > allowedMs && isOursToExplain(allowedMs, secondMs, lagMs)) {
    throw observerSlow('the second connect', allowedMs, secondMs, lagMs);
  }
  t.expectThat(secondMs <= allowedMs, 'TIM-SECOND-CONNECT', {
    where: `${PAIRS} users, each connecting twice`,
    expected: `at most ${allowedMs.toFixed(1)} ms, from a first connect of ${firstMs.toFixed(1)} ms`,
    actual: `${secondMs.toFixed(1)} ms`,
  });
}

/** From the start of the attempt to the welcome; null for an opening that was not welcomed. */
function totalMs({ connectMs, welcomeMs }: Opening): number | null {
  return connectMs === null || welcomeMs === null ? null : connectMs + welcomeMs;
}

function reportedMedian(t: CheckContext, name: string, all: readonly (number | null)[]): number | null {
  const values = all.filter((value) => value !== null);
  t.record({ kind: 'sample', name, unit: 'ms', of: 'target', values, missing: all.length - values.length });
  return median(values);
}

function summary(list: readonly Opening[]): string {
  const counts = new Map<string, number>();
  for (const { text } of list) {
    // Times differ from opening to opening; what happened is the same.
    const what = text.replace(/, \d+ ms after open/, '');
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => `${count} x ${what}`).join('; ') || 'none';
}
