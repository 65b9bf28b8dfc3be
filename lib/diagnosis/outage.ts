import { CloseCode } from '../contract/close-code.ts';
import { parseHealth } from '../contract/health.ts';
import { trippedSessions } from './breaker-fact.ts';
import type { Facts } from './facts.ts';
import { readinessOf } from './readiness-fact.ts';
import { honestSessions, idsOf, isEndedByTarget, isServed } from './selection.ts';

/** What happened to one part of the target, in the order of time. */
interface Moment {
  readonly part: (typeof PARTS)[number];
  readonly atMs: number;
  readonly served: boolean;
  readonly evidence: string;
}

/** Outages by their course over time. */
export interface Outages {
  /** Not served, and never served afterwards. */
  readonly persists: readonly string[];
  /** Not served at first, served later and ever since. */
  readonly woke: readonly string[];
  /** Served, then not served. */
  readonly relapsed: readonly string[];
  /** Not served at some time, served later. */
  readonly passed: readonly string[];
}

const PARTS = ['health', 'backend', 'auth-health', 'auth', 'sockets'] as const;
/** Nobody takes the connection, or it is dropped before an answer. */
const NOBODY_THERE: readonly string[] = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'];

/** Sorts every answer that means "nobody serves here now" by what came before and after it. */
export function outages(facts: Facts): Outages {
  const persists: string[] = [];
  const woke: string[] = [];
  const relapsed: string[] = [];
  const passed: string[] = [];
  const all = moments(facts);
  for (const part of PARTS) {
    const course = all.filter((moment) => moment.part === part).sort((a, b) => a.atMs - b.atMs);
    const down = course.filter(({ served }) => !served);
    const firstDown = down[0];
    const lastDown = down.at(-1);
    if (firstDown === undefined || lastDown === undefined) continue;
    const before = course.filter(({ served, atMs }) => served && atMs < firstDown.atMs);
    const after = course.filter(({ served, atMs }) => served && atMs > lastDown.atMs);
    const ids = (list: readonly Moment[]): readonly string[] => list.map(({ evidence }) => evidence);
    if (after.length === 0) persists.push(...ids(down));
    else passed.push(...ids(down), ...ids(after.slice(0, 1)));
    if (after.length > 0 && before.length === 0 && firstDown.atMs < START_MS) {
      woke.push(...ids(down.slice(0, 3)), ...ids(after.slice(0, 1)));
    }
    if (before.length > 0) relapsed.push(...ids(before.slice(-1)), ...ids(down.slice(0, 3)));
  }
  return { persists, woke, relapsed, passed };
}

/**
 * Openings that were refused with 503 until the end, after others were served, while the same backend went on to answer over HTTP:
 * no service that is down, but one that takes no more sockets. Records of the refusals, and of an answer after the first of them.
 */
export function exhausted(facts: Facts): readonly string[] {
  const tripped = trippedSessions(facts);
  const honest = honestSessions(facts).filter((session) => !tripped.includes(session));
  const refused = honest.filter(({ outcome, status }) => outcome === 'refused' && status === 503);
  const [first] = refused;
  const last = refused.at(-1);
  if (first === undefined || last === undefined) return [];
  const welcomed = honestSessions(facts, facts.allSessions).filter(({ outcome }) => outcome === 'welcomed');
  const served = facts.allExchanges.filter(
    ({ service, status, atMs }) => service === 'backend' && isServed(status) && atMs > first.atMs,
  );
  const isOfSocketsAlone =
    welcomed.some(({ atMs }) => atMs < first.atMs) &&
    !welcomed.some(({ atMs }) => atMs > last.atMs) &&
    !moments(facts).some(
      ({ part, served: isUp, atMs }) => part !== 'sockets' && !isUp && atMs > first.atMs,
    ) &&
    readinessOf(facts).every(({ ready, atMs }) => ready || atMs < first.atMs);
  const [answer] = served;
  return isOfSocketsAlone && answer !== undefined ? [...idsOf(refused), answer.id] : [];
}

/** A start is over a minute after the first request (requirements.md Part D). */
const START_MS = 60_000;

function moments(facts: Facts): readonly Moment[] {
  const bearing = new Set(facts.exchanges);
  const http = facts.allExchanges.flatMap((exchange): Moment[] => {
    const { id, service, path, atMs, outcome, status, code, phase, json } = exchange;
    // What went well anywhere counts; what went wrong in a check that passed was meant to.
    const isGood = isServed(status);
    if (service === 'other' || (!isGood && !bearing.has(exchange))) return [];
    const base = { part: service, atMs, evidence: id } as const;
    // An answer that began came from somebody.
    if (outcome === 'failed' && phase === 'body') return [];
    if (outcome === 'failed') return NOBODY_THERE.includes(code ?? '') ? [{ ...base, served: false }] : [];
    if (status === null) return [];
    if (status === 502 || status === 503 || status === 504) {
      // The exchange says with 503 that it is not configured, which is an answer.
      if (path.startsWith('/auth/e2e/')) return [];
      return [
        { ...base, part: service === 'auth' && path === '/health' ? 'auth-health' : service, served: false },
      ];
    }
    if (service === 'auth' && path === '/health')
      return isServed(status)
        ? [
            { ...base, served: true },
            { ...base, part: 'auth-health', served: true },
          ]
        : [];
    if (path === '/health') {
      const health = parseHealth(json);
      // A body that says down is a statement of its own: other paths may serve all the same.
      if (health.ok) {
        const served = health.value.standing !== 'down';
        return [{ ...base, part: 'health', served }, ...(served ? [{ ...base, served }] : [])];
      }
    }
    return isServed(status) ? [{ ...base, served: true }] : [];
  });
  const tripped = trippedSessions(facts);
  const honest = honestSessions(facts);
  const welcomed = honestSessions(facts, facts.allSessions).filter(({ outcome }) => outcome === 'welcomed');
  const sockets = [...new Set([...honest, ...welcomed])].flatMap((session): Moment[] => {
    if (tripped.includes(session)) return [];
    const base = { part: 'sockets' as const, atMs: session.atMs, evidence: session.evidence[0] ?? '' };
    if (session.outcome === 'refused') {
      return session.status !== null && session.status >= 502 && session.status <= 504
        ? [{ ...base, served: false }]
        : [];
    }
    if (session.outcome === 'failed')
      return session.failure?.phase === 'tcp' ? [{ ...base, served: false }] : [];
    const restarts = isEndedByTarget(session) && session.close?.code === CloseCode.ServiceRestart;
    if (restarts) return [{ ...base, served: false, evidence: session.evidence.at(-1) ?? base.evidence }];
    return session.outcome === 'welcomed' ? [{ ...base, served: true }] : [];
  });
  return [...http, ...sockets];
}
