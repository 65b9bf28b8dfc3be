import type { Token } from '../auth/token.ts';
import { ping } from '../contract/client-message.ts';
import type { RuleId } from '../contract/rule.ts';
import { doseTrend } from '../evidence/dose-response.ts';
import { delay } from '../foundation/deadline.ts';
import type { CheckContext } from './check-context.ts';
import { awaitReply, isPong, trySend, type Reply } from './first-reply.ts';
import { unansweredBecause } from './reproduction.ts';

/** Delays between the opening and the first message, in ms at time scale 1 (moonshots M1). */
export const DELAYS_MS = [0, 25, 50, 100, 200, 400] as const;
export const TRIES_PER_DELAY = 10;
/** Of each delay; more of them would make our own event loop the delay. */
const AT_ONCE = 2;
const SIGNIFICANCE = 0.01;

interface Try {
  readonly failure: string | null;
  readonly isLost: boolean;
  readonly evidence: string;
}

/**
 * Opens connections and sends the first message after each delay, ten times a delay. Successes that rise with the
 * delay are a race on connect; failures at every delay are something else, and judged as such.
 */
export async function expectNoRaceOnConnect(t: CheckContext): Promise<void> {
  const users = t.users(DELAYS_MS.length);
  const series = await Promise.all(
    DELAYS_MS.map(async (delayMs, at) => {
      const user = users[at];
      if (user === undefined) throw new TypeError('there is a user for each delay');
      return { delayMs, tries: await tryDelay(t, await t.token(user), delayMs) };
    }),
  );
  const steps = series.map(({ delayMs, tries }) => ({
    dose: delayMs,
    tries: tries.length,
    successes: tries.filter(({ failure }) => failure === null).length,
  }));
  const trend = doseTrend(steps);
  const tried = steps.reduce((sum, { tries }) => sum + tries, 0);
  const points = steps.map(({ dose, tries, successes }) => ({
    dose: dose * t.settings.timeScale,
    tried: tries,
    failed: tries - successes,
  }));
  const table = t.record({ kind: 'dose', quantity: 'send-delay-ms', points });
  const text = steps.map(({ dose, successes, tries }) => `${dose} ms ${successes}/${tries}`).join(', ');
  t.note(`answered by delay: ${text}; p ${trend?.pValue.toExponential(1) ?? '-'}`);
  const all = series.flatMap(({ tries }) => tries);
  const failed = all.filter(({ failure }) => failure !== null);
  if (tried < DELAYS_MS.length * TRIES_PER_DELAY) {
    throw await unansweredBecause(t, `expected every opening to be accepted, got ${tried} tries (${text})`);
  }
  if (failed.length === 0) return;
  const isRace = trend !== null && trend.z > 0 && trend.pValue < SIGNIFICANCE;
  if (!isRace && failed.length === tried) {
    throw await unansweredBecause(t, `first messages fail at every delay (${text}): no race`);
  }
  t.expectThat(false, ruleOf(failed, isRace), {
    where: 'first message after the opening',
    expected: 'an answer, whatever the delay',
    actual: isRace
      ? `answers rise with the delay (${text}; Cochran-Armitage z ${trend.z.toFixed(1)}, p ${trend.pValue.toExponential(1)})`
      : `${text}: ${[...new Set(failed.map(({ failure }) => failure))].join(', ')}`,
    evidence: [table, ...failed.slice(0, 5).map(({ evidence }) => evidence)],
  });
}

function ruleOf(failed: readonly Try[], isRace: boolean): RuleId {
  if (failed.filter(({ isLost }) => isLost).length * 2 > failed.length) return 'WS-MESSAGE-LOST';
  return isRace ? 'WS-EARLY-SEND-CLOSED' : 'WS-CLOSED-BY-TARGET';
}

async function tryDelay(t: CheckContext, token: Token, delayMs: number): Promise<readonly Try[]> {
  const tries: Try[] = [];
  for (let made = 0; made < TRIES_PER_DELAY; made += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, async () => tryOnce(t, token, delayMs));
    tries.push(...(await Promise.all(batch)).filter((one) => one !== null));
  }
  return tries;
}

/** Null when the opening was not accepted: the delay was not tried then. */
async function tryOnce(t: CheckContext, token: Token, delayMs: number): Promise<Try | null> {
  const atOnce = delayMs === 0 ? { firstMessage: ping() } : {};
  const result = await t.connect({ token, ...atOnce });
  const { evidence } = result;
  if (result.kind !== 'open') return null;
  const { connection } = result;
  if (delayMs > 0) {
    await delay(delayMs * t.settings.timeScale, t.signal);
    trySend(connection, ping());
  }
  const budgetMs = t.budgets.welcome.failMs ?? 5_000;
  const reply = await awaitReply(t, connection, { what: 'a pong', budgetMs, accepts: isPong });
  await connection.close();
  return { failure: failureOf(reply), isLost: reply.kind === 'silence', evidence };
}

function failureOf(reply: Reply): string | null {
  switch (reply.kind) {
    case 'message':
      return null;
    case 'closed':
      return `close code ${reply.closed.code}`;
    case 'silence':
      return 'no answer';
  }
}
