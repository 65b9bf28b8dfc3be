import type { RunRecord } from '../evidence/run-record.ts';
import { isCritical, kindOfVerdict } from '../evidence/verdict.ts';
import type { Waiver } from '../evidence/waiver.ts';
import type { PlannedCheck } from '../evidence/plan.ts';

/** Longest time that a waiver may still run, in days (design.md §10). */
const MAX_WAIVER_DAYS = 30;
const DAY_MS = 86_400_000;

/** What became of a waiver in one run; only `used` changes a decision. */
export type WaiverState = 'used' | 'idle' | 'expired' | 'too-long' | 'critical' | 'change' | 'unknown-check';

export interface WaiverUse {
  readonly waiver: Waiver;
  readonly state: WaiverState;
  readonly text: string;
}

/**
 * Verifies every waiver of a record against what the run found, on the day of its decision. A waiver whose check is not red
 * or unknown any more, or that cannot count, is said and changes nothing.
 */
export function waiverUses(record: RunRecord): readonly WaiverUse[] {
  return record.gate.waivers.map((waiver) => {
    const check = record.checks.find(({ id }) => id === waiver.check);
    const standing = waiverStanding(waiver, record.decidedAt, check ?? null);
    if (standing !== null) return { waiver, ...standing };
    if (record.gate.change.includes(waiver.check)) {
      return {
        waiver,
        state: 'change',
        text: `the waiver of ${waiver.check} does not count: the check was named for the change`,
      };
    }
    const kind = check === undefined ? 'good' : kindOfVerdict(check.verdict);
    if (kind === 'good' || kind === 'excused') {
      return {
        waiver,
        state: 'idle',
        text: `the waiver of ${waiver.check} excuses nothing: the check is ${check?.verdict ?? '-'}; remove it`,
      };
    }
    return {
      waiver,
      state: 'used',
      text: `${waiver.check} is ${check?.verdict ?? '-'} and waived until ${waiver.expires}: ${waiver.reason} (${waiver.owner}, ${waiver.issue})`,
    };
  });
}

/** Says why a waiver cannot count at all, whatever the run finds; null when it can. */
export function waiverStanding(
  waiver: Waiver,
  at: string,
  check: Pick<PlannedCheck, 'severity'> | null,
): { readonly state: Exclude<WaiverState, 'used' | 'idle' | 'change'>; readonly text: string } | null {
  const who = `the waiver of ${waiver.check}`;
  if (check === null) return { state: 'unknown-check', text: `${who} names no check of the plan` };
  if (isCritical(check.severity)) {
    return { state: 'critical', text: `${who} does not count: a ${check.severity} check cannot be waived` };
  }
  // The last moment of the day that is named.
  const leftMs = Date.parse(`${waiver.expires}T23:59:59.999Z`) - Date.parse(at);
  if (leftMs < 0) return { state: 'expired', text: `${who} expired on ${waiver.expires}` };
  if (leftMs > (MAX_WAIVER_DAYS + 1) * DAY_MS) {
    return {
      state: 'too-long',
      text: `${who} does not count: it runs until ${waiver.expires}, longer than ${MAX_WAIVER_DAYS} days`,
    };
  }
  return null;
}
