import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { printableLine } from '../foundation/printable.ts';
import type { Decision } from '../gate/decision.ts';
import { nextStep } from './next-step.ts';
import { outcomeReach } from './outcome-question.ts';

/** Causes that are told again in full; with more of them, the decision would leave the screen. */
const MOST_CAUSES = 2;
/** About three lines of a terminal of 80 columns. */
const MOST_LETTERS = 230;

/**
 * What a reader of a finished terminal sees first: decision, cause with its owner, next step. The decision stands above the causes
 * too, some forty lines up. Empty for a GO, whose whole report fits a screen.
 */
export function closingLines(
  record: RunRecord,
  decision: Decision,
  diagnosis: Diagnosis | undefined,
): readonly string[] {
  if (decision.decision === 'GO') return [];
  const isTold = diagnosis !== undefined && diagnosis.state !== 'nothing red';
  const causes = isTold ? diagnosis.hypotheses.filter(({ role }) => role === 'cause') : [];
  const others = causes.slice(MOST_CAUSES).map(({ hypothesis }) => hypothesis);
  const { next, owner } = nextStep(record, decision);
  return [
    `decision  ${decision.headline} (exit ${decision.exitCode}): ${outcomeText(decision)}`,
    ...causes
      .slice(0, MOST_CAUSES)
      .flatMap(({ hypothesis, owner: acts, remedy }) => [
        `cause     ${hypothesis} (owner: ${acts})`,
        `next      ${remedy}`,
      ]),
    ...(others.length > 0 ? [`beside    ${others.join(', ')}`] : []),
    ...(causes.length > 0 ? [] : [`next      ${next}${owner === null ? '' : ` (owner: ${owner})`}`]),
  ].map((line) => printableLine(line, MOST_LETTERS));
}

/**
 * What stands beside a decision about the embedded backend where the job had described another target: its settings were ignored
 * (design.md §13.11), and the decision says nothing about it. Empty otherwise.
 */
export function ignoredTargetLines({ target, warnings }: RunRecord): readonly string[] {
  const ignored = target.embedded ? warnings.filter((text) => IGNORES_TARGET.test(text)) : [];
  return ignored.map((text) =>
    printableLine(
      `${text}; nothing was asked of the deployment that they describe: name it with --env`,
      MOST_LETTERS * 2,
    ),
  );
}

/** As `lookUpSettings` says it (`lib/config/setting-lookup.ts`), when one of the names is an address or a revision. */
const IGNORES_TARGET = /^environment local ignores .*(?:_URL|REVISION)/;

/** Whether users can chat, in words, and how far it was asked. */
export function outcomeText(decision: Decision): string {
  const words = {
    yes: 'users can chat',
    no: 'users cannot chat as promised',
    unknown: 'whether users can chat was not established',
    'not stated': 'not asked',
  } as const;
  const reach = decision.axes.outcome === 'yes' ? outcomeReach(decision) : '';
  return `${words[decision.axes.outcome]}${reach === '' ? '' : `, ${reach}`}`;
}
