import type { RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';

/** Where to go back to when this revision must not stay: the last GO of the environment, and how to verify it. Empty on a GO. */
export function rollbackLines(record: RunRecord, decision: Decision): readonly string[] {
  if (decision.decision === 'GO' || decision.decision === 'CONDITIONAL_GO') return [];
  if (record.state !== 'complete') return [];
  const { lastGo, target } = record;
  if (lastGo === undefined) return ['no earlier GO of this environment stands in the reports folder'];
  const revision = lastGo.revision ?? 'of unknown revision';
  const verify = target.embedded
    ? 'npm test'
    : `npm test -- --env ${target.environment}${lastGo.revision === null ? '' : ` --expect-revision ${lastGo.revision}`}`;
  if (
    lastGo.revision !== null &&
    decision.revision.seen.length === 1 &&
    decision.revision.seen[0] === lastGo.revision
  )
    return [
      `the last GO was this very revision: ${revision} (run ${lastGo.runId}, ${lastGo.decidedAt}); rolling back to it changes nothing`,
      `trigger: ${decision.reasons[0]?.text ?? decision.headline}`,
      'look at what else changed since: settings, secrets, the services around it, the load',
    ];
  const trigger = decision.reasons[0]?.text ?? decision.headline;
  return [
    `last GO: revision ${revision} (run ${lastGo.runId}, ${lastGo.decidedAt})`,
    `trigger: ${trigger}`,
    `verify: ${verify}`,
  ];
}
