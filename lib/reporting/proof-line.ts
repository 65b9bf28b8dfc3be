import type { RunRecord } from '../evidence/run-record.ts';

/** Checks that are named before the rest is only counted. */
const MAX_NAMED = 8;

/** What was proven of the harness that made this run: what a run itself cannot say. */
export function proofLine({ proof, checks }: RunRecord): string {
  if (proof === undefined) {
    return (
      'not proven in this run, and no whole session of npm run prove stands in its reports folder: a run says what the ' +
      'target did, not what the harness would have caught'
    );
  }
  const { id, endedAt, scope, credited, declared, unproven } = proof;
  const left = unproven.slice(0, MAX_NAMED).join(', ');
  const more = unproven.length > MAX_NAMED ? ` and ${unproven.length - MAX_NAMED} more` : '';
  return [
    `not proven in this run; last proven by npm run prove on ${endedAt.slice(0, 10)} (${id}, ${scope === 'all' ? 'the whole matrix' : 'a smallest set'})`,
    `${credited} of ${declared} faults led to what they must`,
    `a fault turned ${checks.length - unproven.length} of the ${checks.length} checks of this plan red${unproven.length === 0 ? '' : `, none ${left}${more}`}`,
  ].join('; ');
}
