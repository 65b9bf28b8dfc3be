import { expect, inject, test } from 'vitest';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { contentHash } from '../foundation/canonical-json.ts';
import type { CheckResult } from '../evidence/check-result.ts';
import { type PlannedCheck, plannedCheckSchema } from '../evidence/plan.ts';
import { type Verdict, worstVerdict } from '../evidence/verdict.ts';
import { isRungName } from '../probes/rung.ts';
import { CheckContext } from './check-context.ts';
import type { CheckDefinition } from './check-definition.ts';
import { blockedResult, judge, skippedResult } from './judgement.ts';
import { placeOf } from './phase.ts';
import { type Runtime, runtimeOf } from './runtime.ts';

const DEFAULT_BUDGET_MS = 60_000;
/** Time beyond its own deadline after which a check that ignores it is given up by the test runner. */
const GRACE_MS = 5_000;

/** Tells the test runner that a check is not green. It has no stack: the runner would read our bundle and its map anew for each. */
class NotPassed extends Error {
  override readonly name = 'NotPassed';
  override readonly stack = '';
}

/** The body of a check: it asserts through its context and ends; what it proves is judged afterwards. */
export type CheckBody = (t: CheckContext) => Promise<void>;

/**
 * Declares a check. It passes only if its body holds and every required observation was made.
 * The verdict of record is the line this writes; the test runner's own result is never read.
 */
export function check(definition: CheckDefinition, body: CheckBody): void {
  const runtime = runtimeOf(inject('stagegate'));
  const planned = plannedCheck(definition, expect.getState().testPath ?? '');
  const name = `${planned.id} ${planned.title}`;
  // Nothing more can be told, and an error for each file that is still to come would take longer than the files.
  if (runtime.unwritable.aborted) {
    test.skip(name, () => {});
    return;
  }
  runtime.results.declare(planned);
  if (!runtime.context.selected.includes(planned.id)) {
    test.skip(name, () => {});
    return;
  }
  const listed = runtime.context.plan.find(({ id }) => id === planned.id);
  if (listed === undefined || contentHash(listed) !== contentHash(planned)) {
    runtime.results.fault(
      new HarnessError(
        'PLAN_DRIFT',
        `expected ${planned.id} as it stands in suites/plan.json, got another definition`,
        {
          next: 'Run `npm run plan` and commit suites/plan.json.',
        },
      ),
    );
  }
  runtime.expectVerdict(planned.id);
  const timeout = (runtime.checkBudgetMs(planned.budgetMs) + GRACE_MS) * runtime.context.repeat + WAIT_MS;
  test.concurrent(name, { timeout }, async (task) => {
    let verdict: Verdict = 'not-run';
    const signal = AbortSignal.any([task.signal, runtime.unwritable]);
    try {
      runtime.unwritable.throwIfAborted();
      verdict = await attempt(runtime, planned, definition, body, signal);
    } finally {
      runtime.settle(planned.id, verdict);
      runtime.ledger.flush();
    }
    if (verdict !== 'passed') throw new NotPassed(`${planned.id}: ${verdict}`);
  });
}

/** Time a check may wait for its turn: for a lane, for a place, for the check it depends on. */
const WAIT_MS = 300_000;

function plannedCheck(definition: CheckDefinition, specFile: string): PlannedCheck {
  const { suite, phase, file } = placeOf(specFile);
  return plannedCheckSchema.parse({
    id: definition.id,
    title: definition.title,
    kind: definition.kind ?? 'requirement',
    suite,
    file,
    phase,
    severity: definition.severity,
    owner: definition.owner,
    requires: definition.requires.map((requirement) =>
      typeof requirement === 'string' ? { observation: requirement, floor: 1 } : requirement,
    ),
    rung: definition.rung ?? null,
    needs: [...(definition.needs ?? [])],
    capabilities: [...(definition.capabilities ?? [])],
    budgetMs: definition.budgetMs ?? DEFAULT_BUDGET_MS,
    requests: definition.requests ?? 4,
    covers: [...(definition.covers ?? [])],
  });
}

async function attempt(
  runtime: Runtime,
  planned: PlannedCheck,
  definition: CheckDefinition,
  body: CheckBody,
  signal: AbortSignal,
): Promise<Verdict> {
  const early = await prerequisite(runtime, planned);
  if (early !== null) {
    if (early.verdict === 'skipped') runtime.skippedFor.set(planned.id, early.reason?.message ?? '');
    runtime.results.started(planned.id, 1);
    runtime.results.ended(early);
    return early.verdict;
  }
  const lane = definition.lane === undefined ? null : runtime.lane(definition.lane);
  const releaseLane = (await lane?.enter(`the lane ${definition.lane ?? ''}`, signal)) ?? null;
  try {
    const releasePlace = await runtime.bodies.enter('a place among the running checks', signal);
    const release = runtime.observer.watch();
    const verdicts: Verdict[] = [];
    try {
      for (let n = 1; n <= runtime.context.repeat && !signal.aborted; n += 1) {
        const result = await once(runtime, planned, body, n, signal);
        verdicts.push(result.verdict);
      }
    } finally {
      release();
      // Before anything that may throw: who waits for the place would wait out a budget of its own.
      releasePlace();
      if (runtime.observer.isIdle) runtime.tellHealth();
    }
    runtime.unwritable.throwIfAborted();
    return worstVerdict(verdicts);
  } finally {
    releaseLane?.();
  }
}

async function once(
  runtime: Runtime,
  planned: PlannedCheck,
  body: CheckBody,
  number: number,
  signal: AbortSignal,
): Promise<CheckResult> {
  runtime.results.started(planned.id, number);
  const recorder = runtime.ledger.recorder(planned.id);
  const startedAt = recorder.now();
  const startedAtMs = runtime.ledger.elapsedMs();
  let error: unknown = null;
  using deadline = new Deadline(runtime.checkBudgetMs(planned.budgetMs), { parent: signal });
  const context = new CheckContext({ runtime, planned, recorder, deadline });
  try {
    await deadline.race(`the end of ${planned.id}`, () => body(context));
  } catch (thrown) {
    error = signal.aborted ? new HarnessError('INTERRUPTED', 'the run was interrupted') : thrown;
  }
  await context[Symbol.asyncDispose]();
  // No verdict on what could not be recorded: the check began and did not end.
  runtime.unwritable.throwIfAborted();
  const { result, fault } = judge({
    planned,
    attempt: number,
    startedAtMs,
    durationMs: Math.round((recorder.now() - startedAt) * 1_000) / 1_000,
    violations: context.violations,
    warnings: context.warnings,
    occurred: context.occurred,
    seen: context.seen(),
    error: context.stopped(error) ? null : error,
  });
  if (fault !== null) runtime.results.fault(fault);
  runtime.ledger.flush();
  runtime.results.ended(result);
  return result;
}

/** Returns the result of a check that cannot or need not be asked, or null when it can. */
async function prerequisite(runtime: Runtime, planned: PlannedCheck): Promise<CheckResult | null> {
  const atMs = runtime.ledger.elapsedMs();
  const missing = runtime.context.missingCapabilities.find(({ capability }) =>
    planned.capabilities.includes(capability),
  );
  if (missing !== undefined) {
    return skippedResult(
      planned,
      `the policy declares ${missing.capability} missing: ${missing.reason} (${missing.owner}, until ${missing.expires})`,
      atMs,
    );
  }
  if (planned.capabilities.includes('production-twin') && runtime.settings.productionTwin === null) {
    const reason = 'no production-like target is configured (PRODUCTION_TWIN_URL, PRODUCTION_TWIN_AUTH_URL)';
    return skippedResult(planned, reason, atMs);
  }
  const own = planned.rung === null ? null : runtime.rung(planned.rung);
  if (own?.state === 'blocked') return blockedResult(planned, own.blockedBy ?? own.rung, own.actual, atMs);
  let skippedNeed: string | null = null;
  for (const need of planned.needs) {
    if (isRungName(need)) {
      const rung = runtime.rung(need);
      if (rung !== null && rung.state !== 'held' && rung.state !== 'not-applicable') {
        const root = rung.state === 'blocked' ? (rung.blockedBy ?? need) : need;
        return blockedResult(
          planned,
          root,
          `the rung ${root} does not hold: ${runtime.rung(root)?.actual ?? rung.actual}`,
          atMs,
        );
      }
    } else {
      const verdict = await runtime.verdictOf(need);
      // What stands on an absence that is declared is declared with it; nothing declares a blocker away (design.md §13.3).
      if (verdict === 'skipped' && planned.severity !== 'blocker') {
        skippedNeed ??= need;
      } else if (verdict !== null && verdict !== 'passed') {
        return blockedResult(planned, need, `${need} is ${verdict}`, atMs);
      }
    }
  }
  if (skippedNeed === null) return null;
  const reason = runtime.skippedFor.get(skippedNeed) ?? 'a capability is missing';
  return skippedResult(planned, `it needs ${skippedNeed}, which is skipped: ${reason}`, atMs, skippedNeed);
}
