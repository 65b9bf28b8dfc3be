import { parseReadiness } from '../../contract/readiness.ts';
import type { Evidence, EvidenceBody } from '../../evidence/evidence.ts';
import { assertNever } from '../../foundation/errors.ts';
import type { ServicePoint, ServiceView, ServiceWindow } from '../page/page-data.ts';

/** Points of each kind that the page plots. */
const MAX_POINTS = 2_000;
const HEALTH_PATH = /\/health(\/ready)?(\?|$)/;

type BodyOf<Kind extends EvidenceBody['kind']> = Extract<EvidenceBody, { readonly kind: Kind }>;

/** What the service answered over the run: health and readiness, opening handshakes, and when none was accepted. */
export function serviceView(evidence: readonly Evidence[]): ServiceView {
  const readiness = evidence.flatMap(({ id, atMs, body }) =>
    body.kind === 'http.exchange' && HEALTH_PATH.test(body.url) ? [healthPoint(id, atMs, body)] : [],
  );
  const openings = evidence.flatMap(({ id, atMs, body }) =>
    body.kind === 'ws.handshake' ? [openingPoint(id, atMs, body)] : [],
  );
  return {
    readiness: readiness.slice(0, MAX_POINTS),
    openings: openings.slice(0, MAX_POINTS),
    breaker: breakerWindows(openings),
    omitted: Math.max(0, readiness.length - MAX_POINTS) + Math.max(0, openings.length - MAX_POINTS),
  };
}

function healthPoint(evidence: string, atMs: number, body: BodyOf<'http.exchange'>): ServicePoint {
  const base = { evidence, atMs, tookMs: body.timings.totalMs };
  const path = body.url.replace(/^[a-z]+:\/\/[^/]+/, '');
  const { outcome } = body;
  if (outcome.kind !== 'answered') {
    return { ...base, outcome: 'no answer', text: `${path}: ${outcome.kind} in ${outcome.phase}` };
  }
  const isUp = outcome.status === 200 && !saysNotReady(outcome.bodySample);
  return {
    ...base,
    outcome: isUp ? 'accepted' : outcome.status >= 500 ? 'broken' : 'refused',
    text: `${path}: ${outcome.status}${isUp ? '' : ', not ready'}`,
  };
}

function saysNotReady(text: string): boolean {
  try {
    const parsed = parseReadiness(JSON.parse(text));
    return parsed.ok && parsed.value.standing === 'says-not-ready';
  } catch {
    // A sample that was cut, or no JSON: the status alone speaks.
    return false;
  }
}

function openingPoint(evidence: string, atMs: number, body: BodyOf<'ws.handshake'>): ServicePoint {
  const base = { evidence, atMs, tookMs: body.timings.totalMs };
  const { outcome } = body;
  switch (outcome.kind) {
    case 'open':
      return { ...base, outcome: 'accepted', text: 'open' };
    case 'refused':
      return {
        ...base,
        outcome: outcome.status >= 500 ? 'broken' : 'refused',
        text: `refused with HTTP ${outcome.status}`,
      };
    case 'failed':
      return { ...base, outcome: 'broken', text: `failed in ${outcome.phase}` };
    case 'censored':
      return { ...base, outcome: 'no answer', text: `no answer within ${outcome.budgetMs} ms` };
    default:
      return assertNever(outcome);
  }
}

/** Stretches of answers of 500 or 503, each up to the next opening that was accepted (wire-contract.md §7.6). */
function breakerWindows(openings: readonly ServicePoint[]): readonly ServiceWindow[] {
  const windows: ServiceWindow[] = [];
  let refused: ServicePoint[] = [];
  const end = (toMs: number | null): void => {
    const [first] = refused;
    if (first !== undefined) {
      const last = refused.at(-1) ?? first;
      windows.push({
        fromMs: first.atMs,
        toMs: toMs ?? last.atMs,
        count: refused.length,
        text: toMs === null ? 'no later opening was accepted' : 'until the next opening was accepted',
      });
    }
    refused = [];
  };
  for (const point of openings.toSorted((a, b) => a.atMs - b.atMs)) {
    if (point.outcome === 'accepted') end(point.atMs);
    else if (/HTTP 50[03]$/.test(point.text)) refused.push(point);
  }
  end(null);
  return windows;
}
