import { assertNever } from '../foundation/errors.ts';
import { printable } from '../foundation/printable.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';
import { decisiveAttempt } from './red-group.ts';

type CtrfStatus = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

/** A test of the Common Test Report Format; what is ours stands under `extra` only. */
interface CtrfTest {
  readonly name: string;
  readonly status: CtrfStatus;
  /** Whole milliseconds. */
  readonly duration: number;
  readonly rawStatus: string;
  readonly suite: readonly string[];
  readonly filePath?: string;
  readonly message?: string;
  readonly trace?: string;
  readonly flaky?: boolean;
  readonly tags?: readonly string[];
  readonly extra: Readonly<Record<string, unknown>>;
}

/**
 * The run in the Common Test Report Format. Verdicts that it has no word for are `other`, with our word as `rawStatus`; the
 * decision is a test of its own, and the summary is counted from the tests that are listed.
 */
export function ctrfReport(record: RunRecord, decision: Decision, diagnosis: Diagnosis | null): unknown {
  const tests = [decisionTest(decision), ...record.checks.map((check) => checkTest(check, diagnosis))];
  const count = (status: CtrfStatus): number => tests.filter((test) => test.status === status).length;
  const startedMs = Date.parse(record.startedAt);
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    generatedBy: 'stagegate',
    timestamp: record.decidedAt,
    results: {
      tool: { name: 'stagegate', version: record.harness.version },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: count('other'),
        start: startedMs,
        stop: Math.max(startedMs, Date.parse(record.endedAt ?? record.decidedAt)),
      },
      tests,
      environment: {
        testEnvironment: record.target.environment,
        ...(decision.revision.seen.length === 1 && decision.revision.seen[0] !== undefined
          ? { commit: decision.revision.seen[0] }
          : {}),
      },
      extra: {
        stagegate: {
          runId: record.runId,
          decision: decision.decision,
          axes: decision.axes,
          counts: decision.counts,
          scope: decision.scope,
          exitCode: decision.exitCode,
          recordHash: decision.recordHash,
          cause: diagnosis?.state === 'one cause' ? (diagnosis.hypotheses[0]?.hypothesis ?? null) : null,
        },
      },
    },
  };
}

function decisionTest(decision: Decision): CtrfTest {
  const status = { GO: 'passed', CONDITIONAL_GO: 'passed', NO_GO: 'failed', INCONCLUSIVE: 'other' } as const;
  return {
    name: 'gate.decision',
    status: status[decision.decision],
    duration: 0,
    rawStatus: decision.decision,
    suite: ['gate'],
    message: printable(
      [decision.headline, ...decision.reasons.slice(0, 20).map(({ text }) => text)].join('\n'),
      4_000,
    ),
    extra: { stagegate: { exitCode: decision.exitCode } },
  };
}

function checkTest(check: RecordedCheck, diagnosis: Diagnosis | null): CtrfTest {
  const attempt = decisiveAttempt(check);
  const violations = attempt?.violations ?? [];
  const first = violations[0];
  const message =
    first === undefined
      ? (attempt?.reason?.message ?? null)
      : `${first.rule}: expected ${first.expected}, got ${first.actual}`;
  const trace = violations
    .map(({ rule, expected, actual, where }) => `${rule}: expected ${expected}, got ${actual} (${where})`)
    .join('\n');
  const cause = diagnosis?.hypotheses.find(({ checks }) => checks.includes(check.id))?.hypothesis ?? null;
  return {
    name: `${check.id} ${check.title}`,
    status: statusOf(check),
    duration: Math.round(check.attempts.reduce((sum, { durationMs }) => sum + durationMs, 0)),
    rawStatus: check.verdict,
    suite: [check.suite],
    filePath: check.file,
    ...(message === null ? {} : { message: printable(message, 2_000) }),
    ...(trace === '' ? {} : { trace: printable(trace, 8_000) }),
    ...(check.verdict === 'flaky' ? { flaky: true } : {}),
    tags: [check.severity, check.owner, check.kind],
    extra: {
      stagegate: { id: check.id, evidence: attempt?.evidence.refs.slice(0, 20) ?? [], cause },
    },
  };
}

function statusOf({ verdict }: RecordedCheck): CtrfStatus {
  switch (verdict) {
    case 'passed':
    case 'flaky':
      return 'passed';
    case 'failed':
      return 'failed';
    case 'skipped':
      return 'skipped';
    case 'inconclusive':
    case 'blocked':
    case 'not-run':
      return 'other';
    default:
      return assertNever(verdict);
  }
}
