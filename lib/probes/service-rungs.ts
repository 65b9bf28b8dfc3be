import type { Budget } from '../contract/budget.ts';
import { dateOf } from '../contract/header-value.ts';
import { parseHealth, parseSocketHealth } from '../contract/health.ts';
import { parseReadiness } from '../contract/readiness.ts';
import type { Violation } from '../contract/violation.ts';
import type { HttpResult } from '../http/http-client.ts';
import { type Climb, type RungOutcome, unanswered } from './climb.ts';
import { askPatiently, besideBudgetMs, type PatientResult } from './patience.ts';

/** Skew above which tokens minted here may look expired or not yet valid there. */
const MAX_CLOCK_SKEW_MS = 30_000;
/** Readings of readiness while it says ready: it must not change back and forth. */
const READINESS_SAMPLES = 2;

/** `/health` answers 200 and says up, by its parsed body and never by a substring. */
export async function healthRung(climb: Climb): Promise<RungOutcome> {
  const result = await askPatiently(climb, '/health', climb.budgets.health.hardMs ?? 45_000);
  if (result.kind === 'mute') return mute(climb, result);
  if (result.kind !== 'answered') return unanswered(result, '/health') ?? neverHere();
  climb.health = result;
  climb.healthWallMs = climb.wallTime().getTime();
  if (result.status !== 200) {
    return broken(
      'HLT-DOWN',
      'HTTP 200 from GET /health',
      `HTTP ${result.status}: ${result.bodySample.slice(0, 120)}`,
    );
  }
  if (result.bodyCut)
    return broken(
      'HLT-BODY',
      'a small JSON body',
      `more than ${result.bodyBytes} bytes, the rest was not read`,
    );
  const health = parseHealth(result.json);
  if (!health.ok) return fromViolation(health.violations, 'HLT-BODY');
  if (health.value.standing === 'down') {
    return broken('HLT-STATUS', 'status healthy, ok or ready', `status ${health.value.status}`);
  }
  const { failMs } = climb.budgets.health;
  if (failMs !== null && result.timings.totalMs > failMs) {
    return broken('TIM-HEALTH', `an answer within ${failMs} ms`, `${result.timings.totalMs.toFixed(0)} ms`);
  }
  const degraded = health.value.standing === 'degraded' ? ['/health says degraded'] : [];
  return {
    state: 'held',
    actual: `status ${health.value.status} after ${result.timings.totalMs.toFixed(0)} ms`,
    warnings: [...degraded, ...slowness('/health', climb.budgets.health, result.timings.totalMs)],
  };
}

/** The `Date` header agrees with our clock, or our tokens would be judged by another time. */
export async function clockRung(climb: Climb): Promise<RungOutcome> {
  const date = dateOf(climb.health?.headers['date'] ?? '');
  if (Number.isNaN(date))
    return { state: 'not-applicable', actual: 'the answer of /health carries no Date header' };
  const sentAt = climb.healthWallMs ?? date;
  const direction = date < sentAt ? 'behind' : 'ahead';
  // A Date header counts whole seconds, so up to one of them is not skew.
  const skewMs = Math.max(0, Math.abs(sentAt - date) - 1_000);
  climb.recorder.record({ kind: 'measure', name: 'clock skew', unit: 'ms', value: skewMs, of: 'target' });
  return skewMs > MAX_CLOCK_SKEW_MS
    ? broken(
        'HLT-CLOCK-SKEW',
        `at most ${MAX_CLOCK_SKEW_MS / 1_000} s of skew`,
        `${(skewMs / 1_000).toFixed(0)} s ${direction}`,
      )
    : { state: 'held', actual: `${(skewMs / 1_000).toFixed(1)} s of skew` };
}

/** The marker in `/health`, `/ws/health` or `/api/system/info` is the configured one: tokens go to no other target. */
export async function environmentRung(climb: Climb): Promise<RungOutcome> {
  const expected = climb.settings.marker;
  const health = parseHealth(climb.health?.json);
  const socket = await getBeside(climb, '/ws/health');
  const socketHealth = socket.kind === 'answered' ? parseSocketHealth(socket.json) : null;
  const markers = [
    ['/health', health.ok ? health.value.environment : null],
    ['/ws/health', socketHealth?.ok === true ? socketHealth.value.environment : null],
  ] as const;
  const shown = markers.filter(([, marker]) => marker !== null);
  const wrong = shown.find(([, marker]) => marker !== expected);
  if (wrong !== undefined) {
    return broken('HLT-ENVIRONMENT', `environment ${expected}`, `${wrong[0]} says ${String(wrong[1])}`);
  }
  if (shown.length === 0) {
    return broken('HLT-ENVIRONMENT', `environment ${expected}`, 'no marker in /health or /ws/health');
  }
  return {
    state: 'held',
    actual: shown.map(([path, marker]) => `${path} says ${String(marker)}`).join(', '),
  };
}

/** `/health/ready` says, with a WebSocket statement of its own, that connections can be served, and says so again. */
export async function readinessRung(climb: Climb): Promise<RungOutcome> {
  const first = await readReadiness(climb);
  for (let sample = 1; first.state === 'held' && sample < READINESS_SAMPLES; sample += 1) {
    const next = await readReadiness(climb);
    if (next.state === 'broken' && next.rule === 'HLT-NOT-READY') {
      return broken('HLT-READINESS-FLAPS', 'ready in every reading', `ready, then ${next.actual}`);
    }
    if (next.state !== 'held') return next;
  }
  return first;
}

async function readReadiness(climb: Climb): Promise<RungOutcome> {
  const budgetMs = climb.settings.readinessBudgetMs * climb.settings.timeScale;
  const result = await get(climb, '/health/ready', budgetMs);
  if (result.kind !== 'answered') {
    const outcome = unanswered(result, '/health/ready') ?? neverHere();
    if (result.kind !== 'censored' || outcome.state !== 'undecided') return outcome;
    return {
      ...outcome,
      next: `Raise READINESS_BUDGET_MS (${climb.settings.readinessBudgetMs} ms); the service may answer in 45 s.`,
    };
  }
  if (result.status !== 200) {
    return broken(
      'HLT-NOT-READY',
      'HTTP 200 from GET /health/ready',
      `HTTP ${result.status}: ${result.bodySample.slice(0, 120)}`,
    );
  }
  const readiness = parseReadiness(result.json);
  if (!readiness.ok) return fromViolation(readiness.violations, 'HLT-BODY');
  const { value } = readiness;
  const took = `after ${result.timings.totalMs.toFixed(0)} ms`;
  climb.recorder.record({
    kind: 'measure',
    name: 'readiness answer',
    unit: 'ms',
    value: result.timings.totalMs,
    of: 'target',
  });
  if (value.standing === 'says-not-ready') {
    return broken(
      'HLT-NOT-READY',
      'websocket_ready true',
      `websocket_ready ${String(value.websocketReady)}, state ${value.state ?? '-'}, failed services ${value.failedServices.join(', ') || '-'} ${took}`,
    );
  }
  if (value.standing === 'constant') {
    return broken(
      'HLT-READINESS-ABSENT',
      'a websocket_readiness statement',
      `the constant body {status: ${value.status}} proves nothing`,
    );
  }
  const { failMs } = climb.budgets.readiness;
  if (failMs !== null && result.timings.totalMs > failMs) {
    return broken(
      'TIM-READINESS',
      `an answer within ${failMs} ms`,
      `${result.timings.totalMs.toFixed(0)} ms`,
    );
  }
  return {
    state: 'held',
    actual: `websocket_ready true, state ${value.state ?? '-'} ${took}`,
    warnings: slowness('/health/ready', climb.budgets.readiness, result.timings.totalMs),
  };
}

/** `/ws/health` says healthy, and shows its end-to-end settings without a value of a key. */
export async function websocketHealthRung(climb: Climb): Promise<RungOutcome> {
  const result = await getBeside(climb, '/ws/health');
  if (result.kind !== 'answered') return unanswered(result, '/ws/health') ?? neverHere();
  if (result.status !== 200)
    return broken('HLT-WS-HEALTH', 'HTTP 200 from GET /ws/health', `HTTP ${result.status}`);
  const health = parseSocketHealth(result.json);
  if (!health.ok) return fromViolation(health.violations, 'HLT-BODY');
  const { value } = health;
  if (value.standing !== 'up') return broken('HLT-WS-HEALTH', 'status healthy', `status ${value.status}`);
  if (value.testing === null && climb.missingCapabilities.includes('test-mode-report')) {
    return { state: 'held', actual: `status ${value.status}; the policy declares test-mode-report missing` };
  }
  if (value.testing === null)
    return broken('HLT-E2E-TESTING', 'an e2e_testing object', 'the field is absent');
  if (!value.testing.enabled) return broken('HLT-E2E-TESTING', 'e2e_testing.enabled true', 'false');
  const shown = Object.entries(value.testing.variables).find(
    ([name, setting]) => /KEY|SECRET/.test(name) && setting !== 'SET' && setting !== null,
  );
  if (shown !== undefined) {
    return broken('SEC-KEY-SHOWN', `${shown[0]} shown as SET`, 'another value (not repeated here)');
  }
  return { state: 'held', actual: `status ${value.status}, e2e_testing enabled` };
}

async function get(climb: Climb, path: string, budgetMs: number): Promise<HttpResult> {
  return climb.backend.request({
    method: 'GET',
    path,
    budgetMs,
    signal: climb.signal,
    recorder: climb.recorder,
  });
}

/** Asks for something beside `/health`; an answer that does not come makes the next wait shorter. */
export async function getBeside(climb: Climb, path: string): Promise<HttpResult> {
  const result = await get(climb, path, besideBudgetMs(climb));
  if (result.kind === 'censored') climb.hasLeftOut = true;
  return result;
}

function mute(climb: Climb, { waitedMs, asked }: PatientResult & { readonly kind: 'mute' }): RungOutcome {
  climb.isMute = true;
  return {
    state: 'undecided',
    expected: 'an answer to GET /health',
    actual: `no answer within ${waitedMs} ms, nor to ${asked.slice(1).join(', ')} beside it (we stopped waiting; one may still come)`,
    next: 'Look whether the service runs behind this address. If it was waking up, run again, or wait for it first: npm run stagegate -- doctor --wait SECONDS.',
  };
}

function slowness(path: string, { warnMs }: Budget, totalMs: number): readonly string[] {
  return warnMs !== null && totalMs > warnMs
    ? [`${path} answered after ${totalMs.toFixed(0)} ms; more than ${warnMs} ms is slow`]
    : [];
}

/** The outcome of a rung that was answered, and wrongly. */
export function broken(
  rule: (RungOutcome & { state: 'broken' })['rule'],
  expected: string,
  actual: string,
): RungOutcome {
  return { state: 'broken', rule, expected, actual };
}

function fromViolation(violations: readonly Violation[], fallback: 'HLT-BODY'): RungOutcome {
  const [first] = violations;
  return first === undefined
    ? broken(fallback, 'the documented body', 'another one')
    : broken(first.rule, first.expected, `${first.actual} (${first.where})`);
}

function neverHere(): never {
  throw new TypeError('an answered exchange has an answer');
}
