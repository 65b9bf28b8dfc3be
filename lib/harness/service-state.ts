import { parseReadiness } from '../contract/readiness.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { median } from '../evidence/sample.ts';
import { delay } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { expectBody } from './body.ts';
import type { CheckContext } from './check-context.ts';

/** Readings of health and readiness over a phase: start, middle, end, and between. */
export const STATE_READINGS = 6;
const WARM_REQUESTS = 5;
/** Where a target names its environment (wire-contract.md §1.3.2, §1.4, §1.9, §1.10). */
const MARKER_PATHS = ['/health', '/health/ready', '/ws/health', '/api/system/info'] as const;

/** Requires that health and readiness say the same every time they are read, `everyMs` apart. */
export async function expectSteadyState(t: CheckContext, everyMs: number): Promise<void> {
  const said: { readonly path: string; readonly what: string; readonly evidence: string }[] = [];
  for (let reading = 1; reading <= STATE_READINGS; reading += 1) {
    const health = await t.answered('GET', '/health');
    const { standing } = expectBody(t, 'health', health);
    said.push({ path: '/health', what: standing, evidence: health.evidence });
    const ready = await t.answered('GET', '/health/ready');
    const parsed = parseReadiness(ready.json);
    const what = parsed.ok ? parsed.value.standing : 'no readiness body';
    said.push({ path: '/health/ready', what: `HTTP ${ready.status}, ${what}`, evidence: ready.evidence });
    if (reading < STATE_READINGS) await delay(everyMs, t.signal);
  }
  for (const path of ['/health', '/health/ready']) {
    const readings = said.filter((one) => one.path === path);
    const different = [...new Set(readings.map(({ what }) => what))];
    t.expectThat(different.length === 1, 'HLT-READINESS-FLAPS', {
      where: `${path}, ${readings.length} times`,
      expected: 'one answer',
      actual: different.join(' and '),
      evidence: readings.map(({ evidence }) => evidence),
    });
  }
}

/** Requires that no answer within the declared rate is HTTP 429. */
export async function expectNoRateLimit(t: CheckContext): Promise<void> {
  const perMinute = t.settings.requestsPerMinute;
  t.note(`declared: ${perMinute === null ? 'no limit' : `${perMinute} requests a minute`}`);
  for (const path of ['/health', '/api/health', '/ws/config', '/ws/stats', '/ws/beacon']) {
    const answer = await t.answered('GET', path);
    t.expectThat(answer.status !== 429, 'WS-RATE-LIMITED', {
      where: `GET ${path}`,
      expected: 'an answer to a client within the declared rate',
      actual: `HTTP 429, Retry-After ${answer.headers['retry-after'] ?? 'not said'}`,
      evidence: [answer.evidence],
    });
    t.stopIfBroken();
  }
}

/**
 * Compares the first answer of the run with later ones: a target that refuses its first request and serves the same one
 * a moment later was cold. The first attempt stays in the record, whatever came after it.
 * @throws {HarnessError} `BLOCKED` when the target does not serve the request later either: then it is down, not cold.
 */
export async function expectNoColdStart(t: CheckContext): Promise<void> {
  const health = t.rung('health');
  const cold = t
    .seen()
    .map(({ body }) => body)
    .find(isHealthExchange);
  const warmMs: number[] = [];
  const missing: string[] = [];
  const isUnanswered = health.state === 'undecided';
  const budgetMs = (isUnanswered ? t.budgets.health.warnMs : t.budgets.health.failMs) ?? 10_000;
  for (let number = 0; number < WARM_REQUESTS; number += 1) {
    const warm = await t.request('GET', '/health', { budgetMs });
    if (warm.kind === 'answered' && warm.status === 200) warmMs.push(warm.timings.totalMs);
    else missing.push(warm.kind === 'answered' ? `HTTP ${warm.status}` : warm.kind);
    // Who has not answered at the start, nor now, is not cold: it is asked once, and no longer than a slow answer takes.
    if (warm.kind === 'censored' && isUnanswered) break;
  }
  const warmMedianMs = median(warmMs);
  if (health.state === 'held' && warmMedianMs === null) {
    throw new HarnessError('HTTP_FAILED', `expected /health to be served again, got ${missing.join(', ')}`, {
      next: 'Read the answers in the ledger; health held when the run began.',
    });
  }
  if (cold === undefined || warmMedianMs === null) {
    throw new HarnessError('BLOCKED', `the rung health does not hold: ${health.actual}`, {
      details: { by: health.blockedBy ?? 'health' },
      next: 'Mend health first: a target that is down is not cold.',
    });
  }
  const coldMs = cold.timings.totalMs;
  const measure = { kind: 'measure', unit: 'ms', of: 'target' } as const;
  t.record({ ...measure, name: 'coldMs', value: Math.round(coldMs * 1_000) / 1_000 });
  t.record({ ...measure, name: 'warmMs', value: Math.round(warmMedianMs * 1_000) / 1_000 });
  t.record({
    kind: 'sample',
    name: 'warm answers of /health',
    unit: 'ms',
    of: 'target',
    values: warmMs,
    missing: missing.length,
  });
  const outcome = cold.outcome.kind === 'answered' ? `HTTP ${cold.outcome.status}` : cold.outcome.kind;
  t.note(`first ${outcome} after ${coldMs.toFixed(1)} ms, then ${warmMedianMs.toFixed(1)} ms`);
  t.expectThat(outcome === 'HTTP 200', 'HLT-COLD-START', {
    where: 'first request of the run, GET /health',
    expected: 'HTTP 200, as later in the run',
    actual: outcome,
    evidence: [...health.evidence],
  });
  const { warnMs } = t.budgets.health;
  if (warnMs !== null && coldMs > warnMs && warmMedianMs <= warnMs) {
    t.warn(
      `cold start: the first answer took ${coldMs.toFixed(0)} ms, later ones ${warmMedianMs.toFixed(0)} ms`,
    );
  }
}

type HealthExchange = Evidence['body'] & { readonly kind: 'http.exchange' };

function isHealthExchange(body: Evidence['body']): body is HealthExchange {
  return body.kind === 'http.exchange' && new URL(body.url).pathname === '/health';
}

/** Requires that health says status, service and version (older generation), or its status and nothing else (newer one). */
export async function expectHealthBody(t: CheckContext): Promise<void> {
  const answer = await t.answered('GET', '/health');
  const { form, version, environment } = expectBody(t, 'health', answer);
  t.note(form === 'rich' ? 'status, service and version' : 'the status alone');
  const isWhole = form === 'rich' ? version !== null : environment === null && version === null;
  t.expectThat(isWhole, 'HLT-BODY', {
    where: '/health',
    expected: 'status, service and version, or the status alone (wire-contract.md §1.3)',
    actual: form === 'rich' ? 'no version' : 'no service beside other fields',
    evidence: [answer.evidence],
  });
}

/** Requires that every place which names the environment names the same. @throws {HarnessError} `EVIDENCE_MISSING` below two. */
export async function expectOneEnvironment(t: CheckContext): Promise<void> {
  const markers: { readonly path: string; readonly marker: string; readonly evidence: string }[] = [];
  for (const path of MARKER_PATHS) {
    const answer = await t.answered('GET', path);
    const marker = markerOf(answer.json);
    if (answer.status === 200 && marker !== null) markers.push({ path, marker, evidence: answer.evidence });
  }
  if (markers.length < 2) {
    throw new HarnessError(
      'EVIDENCE_MISSING',
      `expected at least two places that name the environment, got ${markers.length}`,
      { next: 'Declare the capability environment-marker missing if the target names none.' },
    );
  }
  t.note(markers.map(({ path, marker }) => `${path}: ${marker}`).join(', '));
  t.expectThat(new Set(markers.map(({ marker }) => marker)).size === 1, 'HLT-ENVIRONMENT', {
    where: markers.map(({ path }) => path).join(', '),
    expected: 'one environment',
    actual: markers.map(({ path, marker }) => `${path} says ${marker}`).join(', '),
    evidence: markers.map(({ evidence }) => evidence),
  });
}

function markerOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('environment' in body)) return null;
  return typeof body.environment === 'string' ? body.environment : null;
}

/** Requires that `/ws/config` sets heartbeat interval and connection timeout, the first below the second. */
export async function expectTimeoutsSet(t: CheckContext): Promise<void> {
  const answer = await t.answered('GET', '/ws/config');
  const { heartbeatSec, connectionTimeoutSec } = expectBody(t, 'socket-limits', answer);
  const isOrdered =
    heartbeatSec !== null &&
    connectionTimeoutSec !== null &&
    heartbeatSec > 0 &&
    heartbeatSec < connectionTimeoutSec;
  t.expectThat(isOrdered, 'HLT-TIMEOUTS-UNSET', {
    where: '/ws/config',
    expected: '0 < heartbeat interval < connection timeout',
    actual: `${heartbeatSec ?? 'no'} s and ${connectionTimeoutSec ?? 'no'} s`,
    evidence: [answer.evidence],
  });
}
