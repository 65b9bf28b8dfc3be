import { createHash } from 'node:crypto';
import { printable } from '../foundation/printable.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import type { Severity } from '../evidence/verdict.ts';
import { decisiveAttempt } from './red-group.ts';

const GITLAB_SEVERITY: Readonly<Record<Severity, string>> = {
  blocker: 'blocker',
  critical: 'critical',
  major: 'major',
  minor: 'minor',
};

/** Reds as a GitLab code quality report: one finding per check and rule, with a fingerprint that stays from run to run. */
export function codeQuality(record: RunRecord): unknown {
  return record.checks
    .filter(({ verdict }) => verdict === 'failed')
    .flatMap((check) => {
      const violations = decisiveAttempt(check)?.violations ?? [];
      return [...new Map(violations.map((violation) => [violation.rule, violation])).values()].map(
        ({ rule, expected, actual }) => ({
          description: printable(`${check.id}: expected ${expected}, got ${actual}`, 500),
          check_name: rule,
          fingerprint: createHash('sha256').update(`${check.id} ${rule}`).digest('hex'),
          severity: GITLAB_SEVERITY[check.severity],
          location: { path: check.file, lines: { begin: 1 } },
        }),
      );
    });
}
