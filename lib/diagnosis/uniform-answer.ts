import type { ExchangeFact } from './exchange-fact.ts';
import type { Facts } from './facts.ts';
import { isServed } from './selection.ts';

/** One answer that every request got, whatever it asked for: whoever answers so does not serve what we ask for. */
export interface UniformAnswer {
  readonly status: number;
  /** Where it redirects to, without the query; null when it does not. */
  readonly to: string | null;
  readonly evidence: readonly string[];
}

/** Requests, to different paths, from which on one and the same answer is no accident. */
const LEAST_PATHS = 2;
const LONGEST_TARGET = 120;

/** The answer that all HTTP requests to the backend got; null when they differ, serve, or hardly anything was asked. */
export function uniformAnswer(facts: Facts): UniformAnswer | null {
  const answers = facts.allExchanges.filter(
    ({ service, status }) => service === 'backend' && status !== null,
  );
  const [first] = answers;
  const status = first?.status ?? null;
  if (first === undefined || status === null || isServed(status)) return null;
  if (new Set(answers.map(({ path }) => path)).size < LEAST_PATHS) return null;
  if (answers.some((answer) => answer.status !== status)) return null;
  const targets = new Set(answers.map((answer) => redirectOf(answer)));
  const [to] = targets;
  return {
    status,
    to: targets.size === 1 ? (to ?? null) : null,
    evidence: answers.map(({ id }) => id),
  };
}

/**
 * The same, when it says that nothing of the API is here: a redirect, or "no such path" (requirements.md Part D). Whoever
 * answers so is neither down nor waking up.
 */
export function elsewhereAnswer(facts: Facts): UniformAnswer | null {
  const answer = uniformAnswer(facts);
  if (answer === null) return null;
  const { status } = answer;
  return (status >= 300 && status < 400) || status === 404 || status === 410 ? answer : null;
}

/** Says it in words, for a title. */
export function describeUniform({ status, to, evidence }: UniformAnswer): string {
  const count = `every HTTP answer, ${evidence.length} of ${evidence.length}, was ${status}`;
  return to === null ? count : `${count} to ${to}`;
}

/** Host and path of a redirect: a query can hold what is nobody's business. */
function redirectOf({ status, headers }: ExchangeFact): string | null {
  const location = headers['location'];
  if (status === null || status < 300 || status >= 400 || location === undefined) return null;
  return (location.split(/[?#]/, 1)[0] ?? '').slice(0, LONGEST_TARGET);
}
