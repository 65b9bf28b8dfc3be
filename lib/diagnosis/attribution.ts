import type { RecordedCheck, RunRecord } from '../evidence/run-record.ts';
import type { Part } from './cover.ts';

/** Which part of the explanation each check that is not good hangs under. */
export interface Attribution {
  /** Check ids by the name of the part's hypothesis. */
  readonly checks: ReadonlyMap<string, readonly string[]>;
  readonly unattributed: readonly string[];
}

/** Hangs every check that failed or has no verdict under exactly one cause, or leaves it unattributed. */
export function attribute(record: RunRecord, parts: readonly Part[]): Attribution {
  const owner = new Map<string, string>();
  for (const { assessment, symptoms } of parts) {
    // A check with symptoms of two causes is told under the stronger one, which comes first.
    for (const { where } of symptoms) if (!owner.has(where)) owner.set(where, assessment.hypothesis.name);
  }
  const reporters = new Map(record.checks.flatMap(({ rung, id }) => (rung === null ? [] : [[rung, id]])));
  const byId = new Map(record.checks.map((check) => [check.id, check]));
  const checks = new Map<string, string[]>();
  const unattributed: string[] = [];
  for (const check of record.checks) {
    if (!check.selected || !['failed', 'blocked', 'inconclusive', 'not-run'].includes(check.verdict))
      continue;
    const cause = owner.get(rootOf(check, byId, reporters)) ?? owner.get(check.id);
    // What was never asked has a cause when the run was cut short by one, and else nothing to attribute.
    if (cause === undefined && check.verdict === 'not-run') continue;
    if (cause === undefined) unattributed.push(check.id);
    else checks.set(cause, [...(checks.get(cause) ?? []), check.id]);
  }
  return { checks, unattributed };
}

/** The check or rung at the end of a chain of blocked checks. */
function rootOf(
  check: RecordedCheck,
  byId: ReadonlyMap<string, RecordedCheck>,
  reporters: ReadonlyMap<string, string>,
): string {
  const passed = new Set<string>();
  let at = check;
  for (;;) {
    passed.add(at.id);
    const blocker = at.verdict === 'blocked' ? (at.attempts.at(-1)?.blockedBy ?? null) : null;
    if (blocker === null) return at.id;
    const id = reporters.get(blocker) ?? blocker;
    const next = byId.get(id);
    if (next === undefined || passed.has(id)) return blocker;
    at = next;
  }
}
