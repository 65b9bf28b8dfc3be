import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict, SEVERITIES } from '../evidence/verdict.ts';

/** One thing that went wrong and the checks that hang under it: "1 cause, 14 checks". */
export interface RedGroup {
  /** The rung or check at the root. */
  readonly root: string;
  readonly title: string;
  readonly owner: string;
  readonly kind: 'red' | 'unknown';
  /** True when the root repeats a known incident: its red is said in words of its own. */
  readonly isReproduction?: boolean;
  readonly rule: string | null;
  readonly expected: string;
  readonly actual: string;
  readonly where: string;
  readonly next: string;
  readonly evidence: readonly string[];
  /** Further violations or checks of the same root, by id. */
  readonly checks: readonly string[];
  readonly blocked: readonly string[];
}

/** Texts of a rule, for the next step of a red. */
export type RuleLookup = (rule: string) => { readonly nextStep: string } | null;

/** Unknowns that share one story are told once. */
const SHARED_FATES: readonly {
  readonly root: string;
  readonly title: string;
  readonly owner: string;
  readonly holds: (check: RecordedCheck) => boolean;
}[] = [
  {
    root: 'no answer',
    title: 'the target did not answer',
    owner: 'operations',
    holds: (check) =>
      ['HTTP_FAILED', 'HANDSHAKE_FAILED'].includes(decisiveAttempt(check)?.reason?.code ?? ''),
  },
  {
    root: 'not run',
    title: 'planned, and never asked to the end',
    owner: 'harness',
    holds: (check) => check.verdict === 'not-run',
  },
];

/** Groups reds and unknowns under what they stand on; the worst first, then in plan order. */
export function groupReds(record: RunRecord, rules: RuleLookup): readonly RedGroup[] {
  const bad = record.checks.filter(
    (check) => check.selected && ['red', 'unknown'].includes(kindOfVerdict(check.verdict)),
  );
  const roots = new Map(bad.map((check) => [check.id, rootOf(check, bad)]));
  const grouped = new Set<string>();
  // A check that two causes could claim is told under the first: every bad check stands in one group.
  const take = (holds: (check: RecordedCheck) => boolean): string[] => {
    const taken = bad.filter((check) => !grouped.has(check.id) && holds(check)).map(({ id }) => id);
    for (const id of taken) grouped.add(id);
    return taken;
  };
  const takeBlocked = (under: readonly string[]): string[] =>
    take(({ id, verdict }) => verdict === 'blocked' && under.includes(roots.get(id) ?? ''));
  const groups: RedGroup[] = [];
  for (const rung of record.preflight.filter(({ state }) => state === 'broken' || state === 'undecided')) {
    const own = take((check) => check.rung === rung.rung);
    groups.push({
      root: own[0] ?? rung.rung,
      title: rung.title,
      owner: rung.owner,
      kind: rung.state === 'broken' ? 'red' : 'unknown',
      rule: rung.rule,
      expected: rung.expected,
      actual: rung.actual,
      where: `preflight rung ${rung.rung}`,
      next: rung.next,
      evidence: rung.evidence,
      checks: own,
      blocked: takeBlocked([rung.rung, ...own]),
    });
  }
  for (const shared of SHARED_FATES) {
    const members = bad.filter((check) => !grouped.has(check.id) && shared.holds(check));
    const [first] = members;
    if (first === undefined || members.length < 2) continue;
    const ids = take((check) => members.includes(check));
    groups.push({
      ...groupOf(first, takeBlocked(ids), rules),
      root: shared.root,
      title: shared.title,
      owner: shared.owner,
      expected: `a verdict on ${members.length} checks`,
      where: `first in ${first.id}`,
      checks: ids,
    });
  }
  const standing = bad.filter(({ id }) => roots.get(id) === id);
  // What is left after those is blocked by something that is not itself bad, such as a skipped check.
  for (const check of [...standing, ...bad]) {
    const [id] = take((candidate) => candidate === check);
    if (id !== undefined) groups.push(groupOf(check, takeBlocked([id]), rules));
  }
  const severity = new Map(record.checks.map((check) => [check.id, SEVERITIES.indexOf(check.severity)]));
  return groups.sort(
    (a, b) =>
      Number(a.kind === 'unknown') - Number(b.kind === 'unknown') ||
      (severity.get(a.root) ?? 0) - (severity.get(b.root) ?? 0),
  );
}

/** The attempt that says most about a check: its worst, the last among equals. */
export function decisiveAttempt(check: RecordedCheck): RecordedCheck['attempts'][number] | null {
  return check.attempts.findLast(({ verdict }) => verdict === check.verdict) ?? check.attempts.at(-1) ?? null;
}

function groupOf(check: RecordedCheck, blocked: readonly string[], rules: RuleLookup): RedGroup {
  const attempt = decisiveAttempt(check);
  const violation = attempt?.violations[0];
  const more = (attempt?.violations.length ?? 0) - 1;
  const base = {
    root: check.id,
    isReproduction: check.kind === 'reproduction',
    title: check.title,
    owner: check.owner,
    checks: [check.id],
    blocked,
    evidence: violation?.evidence ?? attempt?.evidence.refs.slice(-3) ?? [],
  };
  if (violation !== undefined) {
    return {
      ...base,
      kind: 'red',
      rule: violation.rule,
      expected: violation.expected,
      actual: violation.actual,
      where: `${violation.where}${more > 0 ? ` (and ${more} more violation${more === 1 ? '' : 's'})` : ''}`,
      next: rules(violation.rule)?.nextStep ?? 'Read the records of this check in evidence.ndjson.',
    };
  }
  return {
    ...base,
    kind: 'unknown',
    rule: null,
    expected: `a verdict on: ${check.title}`,
    actual: `${check.verdict}: ${attempt?.reason?.message ?? 'it was never asked'}`,
    where: check.file,
    next: attempt?.reason?.next ?? 'Run again once the cause is mended.',
  };
}

function blockerOf(check: RecordedCheck): string | null {
  return check.verdict === 'blocked' ? (decisiveAttempt(check)?.blockedBy ?? null) : null;
}

/** The rung or check at the end of a chain of blocked checks; a check that nothing blocks is its own root. */
function rootOf(check: RecordedCheck, bad: readonly RecordedCheck[]): string {
  const passed = new Set<string>();
  let at: RecordedCheck | undefined = check;
  let root = check.id;
  while (at !== undefined && !passed.has(at.id)) {
    passed.add(at.id);
    const blocker: string | null = blockerOf(at);
    if (blocker === null) return at.id;
    root = blocker;
    at = bad.find(({ id }) => id === blocker);
  }
  return root;
}
