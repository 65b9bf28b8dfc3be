import type { RunRecord } from '../evidence/run-record.ts';
import { kindOfVerdict } from '../evidence/verdict.ts';
import type { Decision } from '../gate/decision.ts';
import { assertNever } from '../foundation/errors.ts';
import { markdownText } from './markdown-text.ts';

/** What a decision means to whoever would release, in one sentence each. */
export interface NextStep {
  readonly means: string;
  readonly next: string;
  /** Who takes the step; null when it is whoever reads this. */
  readonly owner: string | null;
}

/** Settings of a real deployment are described in this file. */
const DEPLOYMENT = 'a deployment with npm test -- --env staging (settings: .env.staging.example)';

/** What a GO means and what follows, as lines of Markdown; nothing where causes and reds say what is next. */
export function nextLines(record: RunRecord, decision: Decision): readonly string[] {
  if (decision.decision !== 'GO' && decision.decision !== 'CONDITIONAL_GO') return [];
  const { means, next } = nextStep(record, decision);
  return [`means: ${markdownText(means)}`, `next: ${markdownText(next)}`];
}

/** Says what follows from a decision. On the embedded backend nothing was deployed: there is nothing to release, whatever it says. */
export function nextStep(record: RunRecord, decision: Decision): NextStep {
  const { embedded, environment } = record.target;
  const whole = embedded ? 'npm test' : `npm test -- --env ${environment}`;
  const isShort = decision.scope === 'smoke';
  switch (decision.decision) {
    case 'GO':
      if (embedded) {
        return {
          means: `The harness and ${isShort ? 'the short plan' : 'all suites'} hold on the embedded reference backend. Nothing was deployed, so there is nothing to release.`,
          next: isShort
            ? `Run the whole plan with npm test, then validate ${DEPLOYMENT}.`
            : `Validate ${DEPLOYMENT}.`,
          owner: null,
        };
      }
      return isShort
        ? {
            means: 'The checks of a short plan passed; the rest of the plan was not asked.',
            next: `Run the whole plan before a release: ${whole}.`,
            owner: 'release manager',
          }
        : {
            means: passedText(record),
            next: 'Release; this run can be the baseline of the next (--baseline latest-go).',
            owner: 'release manager',
          };
    case 'CONDITIONAL_GO':
      return {
        means: 'Somebody must answer for each condition.',
        next: embedded
          ? `There is nothing to release on the embedded backend; validate ${DEPLOYMENT}.`
          : 'Release only while each condition holds; its command asks again.',
        owner: embedded ? null : 'release manager',
      };
    case 'NO_GO':
      return {
        means: 'What was seen is beyond what the contract or the policy allows.',
        next: `Mend what is named here and run again: ${whole}.`,
        owner: null,
      };
    case 'INCONCLUSIVE':
      return {
        means: 'The target was not judged: this is neither a GO nor a NO-GO.',
        next:
          decision.scope === 'shard'
            ? 'Put all shards together: npm run stagegate -- merge RUN...'
            : decision.scope === 'partial' && isGoodSoFar(record)
              ? `Only a part of the plan was asked; run the whole: ${whole}.`
              : `Mend what kept it from being judged and run the whole plan: ${whole}.`,
        owner: null,
      };
    default:
      return assertNever(decision.decision);
  }
}

/** Nothing but the filter kept the target from being judged. */
function isGoodSoFar({ checks, harnessFaults }: RunRecord): boolean {
  const asked = checks.filter(({ selected }) => selected);
  return harnessFaults.length === 0 && asked.every(({ verdict }) => kindOfVerdict(verdict) === 'good');
}

/** What passed, and what was not asked because its absence is declared. */
function passedText({ checks }: RunRecord): string {
  const skipped = checks.filter(({ verdict }) => verdict === 'skipped').length;
  return skipped === 0
    ? 'Every planned check passed on evidence of its own.'
    : `Every check that was asked passed on evidence of its own; ${skipped} of ${checks.length} were skipped, as the target is declared to lack what they need.`;
}
