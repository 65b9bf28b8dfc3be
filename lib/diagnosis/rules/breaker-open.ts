import { brokenRule, must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { idsOf, isAuthRefusal } from '../selection.ts';
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';

const BREAKER_RULES: readonly string[] = ['AUTH-BREAKER-CASCADE', 'AUTH-BREAKER-STAYS-OPEN'];
/** Failures in a row after which a breaker opens (wire-contract.md §7.6, requirements.md Part C). */
const THRESHOLD = 3;
/** Longest time that a breaker stays open, at time scale 1, with some leeway. */
const OPEN_MS = 20_000;

/** Earlier refusals opened the breaker of the authentication, which then refuses good tokens too. */
export const BREAKER_OPEN: Hypothesis = {
  name: 'BREAKER_OPEN',
  title: 'the circuit breaker of the authentication is open and refuses good tokens',
  owner: 'auth',
  remedy:
    'Find the refusals before it: the breaker is their consequence. Limit it to the failing key, and let it close by itself after its reset time.',
  outranks: false,
  predictions: [
    must(
      'good tokens are refused with 500 or 503 soon after several refusals',
      (facts) => whether([...facts.broken(...BREAKER_RULES), ...tripped(facts)]),
      'cool-down',
      0.75,
    ),
    should(
      'the same is accepted after the reset time, or for another user',
      (facts) => {
        const hits = tripped(facts);
        const last = Math.max(
          0,
          ...facts.sessions
            .filter(({ evidence }) => evidence.some((id) => hits.includes(id)))
            .map(({ atMs }) => atMs),
        );
        return hits.length === 0
          ? whether([])
          : whether(idsOf(accepted(facts).filter(({ atMs }) => atMs > last)).slice(0, 2));
      },
      'cool-down',
    ),
    should('the breaker itself broke its promise', brokenRule(...BREAKER_RULES), undefined, 0.5),
    never('opening handshakes were refused so before any refusal of a token', (facts) => {
      const first = firstRefusal(facts);
      return whether(
        facts.broken(...BREAKER_RULES).length > 0
          ? []
          : idsOf(facts.sessions.filter((s) => isBreakerAnswer(s) && (first === null || s.atMs < first))),
      );
    }),
  ],
  explains: ({ rule, reason, statuses }) => {
    const isAnswer = statuses.some((status) => status === 500 || status === 503);
    return (
      (rule?.startsWith('AUTH-BREAKER-') === true && rule !== 'AUTH-BREAKER-STAYS-CLOSED') ||
      (isAnswer && (rule === 'WS-HANDSHAKE-REFUSED' || rule === 'API-STATUS' || rule === 'HLT-DOWN')) ||
      reason === 'HANDSHAKE_REFUSED' ||
      (isAnswer && reason === 'CONTROL_MISSING')
    );
  },
  brings: [],
};

function isBreakerAnswer({ outcome, status, token }: SessionFact): boolean {
  return outcome === 'refused' && token === 'valid' && (status === 500 || status === 503);
}

function isRefusal(session: SessionFact): boolean {
  return isAuthRefusal(session) || session.failure?.code === 'SUBPROTOCOL_MISSING';
}

function firstRefusal(facts: Facts): number | null {
  return facts.allSessions.find((session) => isRefusal(session))?.atMs ?? null;
}

/** Good tokens refused by 500 or 503, with the refusals that came shortly before. */
function tripped(facts: Facts): readonly string[] {
  const refusals = facts.allSessions.filter((session) => isRefusal(session));
  return facts.sessions.flatMap((session) => {
    if (!isBreakerAnswer(session)) return [];
    const before = refusals.filter(
      ({ atMs }) => atMs <= session.atMs && session.atMs - atMs <= OPEN_MS * Math.max(facts.timeScale, 0.05),
    );
    return before.length >= THRESHOLD
      ? [...idsOf(before.slice(-THRESHOLD)).slice(0, 3), ...session.evidence]
      : [];
  });
}

function accepted(facts: Facts): readonly SessionFact[] {
  return facts.allSessions.filter(({ token, outcome }) => token === 'valid' && outcome === 'welcomed');
}
