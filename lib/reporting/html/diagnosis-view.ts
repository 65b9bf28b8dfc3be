import type { Diagnosis, RankedHypothesis } from '../../diagnosis/diagnosis.ts';
import { certainty } from '../cause-report.ts';
import type { Cause, Finding, PageView, Weighed } from '../page/page-data.ts';
import { shown } from './shown-text.ts';

/** The causes with what speaks for and against each, and what was weighed beside them. */
export function diagnosisView(diagnosis: Diagnosis): PageView['diagnosis'] {
  const { hypotheses } = diagnosis;
  return {
    headline: diagnosis.headline,
    certainty: certainty(diagnosis).trim(),
    causes: hypotheses.filter(({ role }) => role === 'cause').map((cause) => causeView(cause, hypotheses)),
    weighed: hypotheses.flatMap((other): Weighed[] => {
      if (other.role !== 'candidate' && other.role !== 'excluded') return [];
      const speaks = other.role === 'excluded' ? 'against' : 'not asked';
      return [
        {
          name: other.hypothesis,
          standing: other.role,
          score: other.score,
          because: findings(other, speaks),
        },
      ];
    }),
    unattributed: diagnosis.unattributed,
    contradicts: diagnosis.contradicts.map(
      ({ runId, hypothesis, symptoms }) =>
        `run ${runId} named ${hypothesis} for the same symptoms (${symptoms.map((symptom) => shown(symptom)).join('; ')})`,
    ),
    probes: diagnosis.probes.text,
  };
}

function causeView(cause: RankedHypothesis, all: readonly RankedHypothesis[]): Cause {
  return {
    name: cause.hypothesis,
    title: shown(cause.title),
    score: cause.hypothesis === 'UNKNOWN' ? null : cause.score,
    for: findings(cause, 'for'),
    against: findings(cause, 'against'),
    notAsked: findings(cause, 'not asked'),
    owner: cause.owner,
    remedy: shown(cause.remedy),
    next: shown(cause.next),
    logQuery: cause.logQuery,
    checks: cause.checks,
    secondary: all
      .filter(({ under }) => under === cause.hypothesis)
      .map(({ hypothesis, title, checks }) => ({ name: hypothesis, title: shown(title), checks })),
  };
}

function findings(of: RankedHypothesis, speaks: 'for' | 'against' | 'not asked'): readonly Finding[] {
  return of.findings
    .filter((finding) => finding.speaks === speaks)
    .map(({ text, evidence }) => ({ text: shown(text), evidence }));
}
