import { isRuleId } from '../contract/rule.ts';
import type { Severity } from '../evidence/verdict.ts';
import { HarnessError } from '../foundation/errors.ts';
import { RUNG_DESCRIPTIONS, type RungName } from '../probes/rung.ts';
import { check } from './check.ts';
import type { CheckId } from './check-definition.ts';

/** Declares the check that reports on one rung of the preflight ladder; the ladder itself was climbed once for the run. */
export function rungCheck(id: CheckId, rung: RungName, severity: Severity, covers: readonly string[]): void {
  const { title, owner, capability } = RUNG_DESCRIPTIONS[rung];
  const capabilities = capability === null ? [] : [capability];
  check(
    { id, title, severity, owner, rung, requires: ['preflight.rung'], capabilities, requests: 3, covers },
    async (t) => {
      const result = t.rung(rung);
      switch (result.state) {
        case 'held':
          for (const warning of result.warnings) t.warn(warning);
          return;
        case 'not-applicable':
          t.note(result.actual);
          return;
        case 'broken':
          if (result.rule === null || !isRuleId(result.rule))
            throw new TypeError(`a broken rung names its rule, got ${String(result.rule)}`);
          t.expectThat(false, result.rule, {
            where: `preflight rung ${rung}`,
            expected: result.expected,
            actual: result.actual,
            evidence: result.evidence,
          });
          return;
        case 'undecided':
          throw new HarnessError('RUNG_UNDECIDED', `expected ${result.expected}, got ${result.actual}`, {
            next: result.next,
          });
        case 'blocked':
          throw new TypeError('a blocked rung is reported before its check begins');
      }
    },
  );
}
