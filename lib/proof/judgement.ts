import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { FaultExpectation } from './expectation.ts';

/** What one proof left behind. */
export interface Execution {
  readonly record: RunRecord;
  readonly exitCode: number;
  /** Why its decision is what it is. */
  readonly reasons: readonly string[];
  /** What the run printed. */
  readonly output: string;
  /** The reports for people and for CI systems, which name what the terminal only counts. */
  readonly report: string;
  /** How often the fault changed something; null for an entry that breaks a setting. */
  readonly firings: number | null;
  /** Names of outputs in which something of the shape of a token stands. */
  readonly tokensIn: readonly string[];
}

/** Why a proof is not credited, one sentence each; none when the expectation came true and nothing else happened. */
export function judgeProof(entry: FaultExpectation, run: Execution): readonly string[] {
  return [
    ...faultProblems(entry, run),
    ...verdictProblems(entry, run.record),
    ...blockedProblems(entry, run.record),
    ...accountProblems(run.record),
    ...textProblems(entry, run),
    ...secretProblems(run),
  ];
}

/** A fault that changed nothing proves nothing, also when nothing was expected to change. */
function faultProblems(entry: FaultExpectation, { record, firings }: Execution): readonly string[] {
  const { settings } = entry;
  if (settings === null) {
    return firings !== null && firings > 0
      ? []
      : [`expected the fault to fire, got ${firings ?? 'no count'}: it was a no-op`];
  }
  return Object.entries(settings).flatMap(([name, value]) => {
    const used = record.settings.find((setting) => setting.name === name)?.value;
    return used === value ? [] : [`expected the run to use ${name}=${value}, got ${used ?? 'nothing'}`];
  });
}

function verdictProblems(entry: FaultExpectation, record: RunRecord): readonly string[] {
  const problems: string[] = [];
  const expected = new Map(entry.failed.map(({ check, rules }) => [check, [...rules].sort()]));
  for (const [id, rules] of expected) {
    const found = checkOf(record, id);
    if (found?.verdict !== 'failed') {
      problems.push(
        `expected ${id} to fail by ${rules.join(', ')}, got ${found?.verdict ?? 'no such check'}`,
      );
    } else if (rulesOf(found).join() !== rules.join()) {
      problems.push(`expected ${id} to fail by ${rules.join(', ')}, got ${rulesOf(found).join(', ')}`);
    }
  }
  for (const id of entry.inconclusive) {
    const verdict = checkOf(record, id)?.verdict ?? 'no such check';
    if (verdict !== 'inconclusive') problems.push(`expected ${id} to be inconclusive, got ${verdict}`);
  }
  for (const check of record.checks) {
    if (check.verdict === 'failed' && !expected.has(check.id)) {
      problems.push(`false alarm: ${check.id} failed by ${rulesOf(check).join(', ')}`);
    }
    if (check.verdict === 'inconclusive' && !entry.inconclusive.includes(check.id)) {
      problems.push(`false alarm: ${check.id} is inconclusive: ${reasonOf(check)}`);
    }
    if (['skipped', 'flaky', 'not-run'].includes(check.verdict)) {
      problems.push(`expected ${check.id} to be judged, got ${check.verdict}`);
    }
  }
  const { warning } = entry;
  if (warning !== null) {
    const warnings = checkOf(record, warning.check)?.attempts.at(-1)?.warnings ?? [];
    if (!warnings.some((text) => text.includes(warning.text))) {
      problems.push(
        `expected ${warning.check} to warn of ${warning.text}, got ${warnings.join('; ') || 'no warning'}`,
      );
    }
  }
  return problems;
}

/** What is blocked stands on a named check, directly or through another blocked one. */
function blockedProblems(entry: FaultExpectation, record: RunRecord): readonly string[] {
  const causes = new Set([...entry.failed.map(({ check }) => check), ...entry.inconclusive]);
  for (const { id, rung } of record.checks) if (causes.has(id) && rung !== null) causes.add(rung);
  const rootOf = (id: string, seen: readonly string[] = []): string => {
    const blocker = checkOf(record, id)?.attempts[0]?.blockedBy ?? null;
    return blocker === null || seen.includes(blocker) ? id : rootOf(blocker, [...seen, blocker]);
  };
  return record.checks
    .filter(({ verdict, id }) => verdict === 'blocked' && !causes.has(rootOf(id)))
    .map(
      ({ id }) =>
        `expected ${id} to be blocked by ${[...causes].join(' or ') || 'nothing'}, got ${rootOf(id)}`,
    );
}

/** Everything declared was executed, by a harness that was well and had ended. */
function accountProblems(record: RunRecord): readonly string[] {
  return [
    ...(record.state === 'complete' ? [] : [`expected a run that ended, got one that is ${record.state}`]),
    ...(record.checks.length > 0 ? [] : ['expected checks that ran, got none']),
    ...record.checks
      .filter(({ selected }) => !selected)
      .map(({ id }) => `expected ${id} to be selected, got a filter`),
    ...record.harnessFaults.map(({ code, message }) => `fault of the harness: ${code}: ${message}`),
  ];
}

/** The reader must be told: rule, expected, got, where and next step of every red, a reason for every unknown. */
function textProblems(entry: FaultExpectation, run: Execution): readonly string[] {
  const { exitCode, reasons, output, report, record } = run;
  const wanted = [
    ...(entry.reason === null ? [] : [entry.reason]),
    ...entry.failed.flatMap(({ rules }) => rules),
  ];
  return [
    ...(exitCode === entry.exitCode
      ? []
      : [`expected exit code ${entry.exitCode}, got ${exitCode}: ${reasons.join('; ') || 'no reason'}`]),
    ...wanted
      .filter((text) => !output.includes(text) && !report.includes(text))
      .map((text) => `expected the output or the report to name ${text}, got neither`),
    ...(entry.failed.length === 0 || RED_BLOCK.test(output)
      ? []
      : ['expected the output to say expected, got, where and next of a red']),
    ...entry.inconclusive
      .map((id) => ({ id, reason: reasonOf(checkOf(record, id)) }))
      .filter(({ reason }) => !/^expected .+, got .+/.test(reason))
      .map(
        ({ id, reason }) => `expected the reason of ${id} to say what it expected and got, got: ${reason}`,
      ),
  ];
}

const RED_BLOCK = /expected {2}.+\n {2}got {7}.+\n {2}where {5}.+\n {2}next {6}.+/;

function secretProblems({ record, tokensIn }: Execution): readonly string[] {
  return [
    ...(record.artifactScan.state === 'clean'
      ? []
      : [`expected a clean artifact scan, got ${record.artifactScan.state}`]),
    ...tokensIn.map((name) => `expected no token in ${name}, got the shape of one`),
  ];
}

/** Rules that the last attempt at a check named, each once, sorted. */
export function rulesOf(check: RecordedCheck): readonly string[] {
  return [...new Set(check.attempts.at(-1)?.violations.map(({ rule }) => rule))].sort();
}

function checkOf(record: RunRecord, id: string): RecordedCheck | undefined {
  return record.checks.find((check) => check.id === id);
}

function reasonOf(check: RecordedCheck | undefined): string {
  return check?.attempts.at(-1)?.reason?.message ?? 'no reason';
}
