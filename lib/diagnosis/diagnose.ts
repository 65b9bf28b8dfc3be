import type { Evidence } from '../evidence/evidence.ts';
import type { RunRecord } from '../evidence/run-record.ts';
import { assess, type Assessment } from './assessment.ts';
import { attribute, type Attribution } from './attribution.ts';
import { type Cover, coverSymptoms, type Part } from './cover.ts';
import type { Diagnosis, RankedHypothesis } from './diagnosis.ts';
import { citedBy, deriveFacts, type Facts } from './facts.ts';
import type { Hypothesis } from './hypothesis.ts';
import { contradictions, symptomKeys } from './history.ts';
import { logQuery } from './log-query.ts';
import { nextStep } from './next-step.ts';
import { RULE_BOOK } from './rule-book.ts';
import { hasDiedBackend } from './rules/harness-fault.ts';
import { UNKNOWN } from './rules/unknown.ts';
import { cite, whether } from './sighting.ts';

/**
 * Explains what went wrong in a stored run: hypotheses ranked by the evidence for and against them, and the cause that
 * each bad check hangs under. A pure function of both arguments: the same run gives the same bytes anywhere.
 * @param rules default: every rule; a bench leaves some out.
 */
export function diagnose(
  record: RunRecord,
  evidence: readonly Evidence[],
  rules: readonly Hypothesis[] = RULE_BOOK,
): Diagnosis {
  const facts = deriveFacts(record, evidence);
  const isVoid = hasDiedBackend(facts);
  const assessments = rules
    .filter(({ name }) => !isVoid || name === 'HARNESS_FAULT')
    .map((hypothesis) => assess(hypothesis, facts));
  const cover = coverSymptoms(assessments, facts.symptoms);
  const attribution = attribute(record, cover.parts);
  const byId = new Map(evidence.map((one) => [one.id, one]));
  const hypotheses = rank({ record, facts, assessments, cover, attribution, byId });
  return {
    schema: 1,
    runId: record.runId,
    evidenceHash: record.evidence.rootHash,
    state: stateOf(record, facts, cover),
    symptoms: [...symptomKeys(facts.symptoms)],
    headline: headlineOf(record, facts, hypotheses, attribution),
    hypotheses: [...hypotheses],
    unattributed: [...attribution.unattributed],
    probes: probesOf(record, facts),
    contradicts: isVoid ? [] : contradictions(record, facts.symptoms, hypotheses[0]?.hypothesis ?? null),
  };
}

interface Parts {
  readonly record: RunRecord;
  readonly facts: Facts;
  readonly assessments: readonly Assessment[];
  readonly cover: Cover;
  readonly attribution: Attribution;
  readonly byId: ReadonlyMap<string, Evidence>;
}

/** Causes, then what they brought about, then what is possible, then what is ruled out. */
function rank(parts: Parts): readonly RankedHypothesis[] {
  const { cover, assessments, attribution } = parts;
  const used = new Set(cover.parts.map(({ assessment }) => assessment));
  const rest = assessments.filter((one) => !used.has(one) && one.explained.length > 0);
  const byScore = (a: Assessment, b: Assessment): number => b.score - a.score;
  const causes = cover.parts.filter(({ role }) => role === 'cause');
  const mostTold = Math.max(
    0,
    ...causes.map(({ assessment }) => attribution.checks.get(assessment.hypothesis.name)?.length ?? 0),
  );
  const isMostlyUnknown = attribution.unattributed.length > mostTold;
  const row = (assessment: Assessment, role: RankedHypothesis['role'], part: Part | null): RankedHypothesis =>
    ranked(assessment, role, part, parts);
  const known = causes.map((part) => row(part.assessment, 'cause', part));
  const unknown = cover.unexplained.length > 0 ? [row(unexplained(parts), 'cause', null)] : [];
  return [
    // A cause of a few checks is no headline while more of them have none.
    ...(isMostlyUnknown ? [...unknown, ...known] : [...known, ...unknown]),
    ...cover.parts
      .filter(({ role }) => role === 'secondary')
      .map((part) => row(part.assessment, 'secondary', part)),
    ...rest
      .filter(({ state }) => state !== 'out')
      .toSorted(byScore)
      .map((one) => row(one, 'candidate', null)),
    ...rest.filter(({ state }) => state === 'out').map((one) => row(one, 'excluded', null)),
  ];
}

/** What no cause accounts for, with the records that show it. */
function unexplained({ facts, cover }: Parts): Assessment {
  const assessment = assess(UNKNOWN, facts);
  const prediction = {
    kind: 'should',
    text: 'what went wrong here has no explanation yet',
    weight: 1,
    sees: () => whether(cover.unexplained.flatMap((symptom) => citedBy(symptom))),
  } as const;
  const finding = { prediction, sighting: prediction.sees(), speaks: 'for' } as const;
  return { ...assessment, findings: [...assessment.findings, finding] };
}

function ranked(
  assessment: Assessment,
  role: RankedHypothesis['role'],
  part: Part | null,
  { record, facts, assessments, attribution, byId }: Parts,
): RankedHypothesis {
  const { hypothesis, findings, score } = assessment;
  const cited = (speaks: 'for' | 'against'): string[] => [
    ...new Set(
      findings.filter((finding) => finding.speaks === speaks).flatMap(({ sighting }) => sighting.evidence),
    ),
  ];
  const detail = role === 'excluded' ? null : (hypothesis.detail?.(facts) ?? null);
  const under = assessments.find((other) => other.hypothesis.name === part?.under);
  const shown = part === null ? [] : part.symptoms.flatMap((symptom) => cite(symptom.evidence) ?? []);
  return {
    hypothesis: hypothesis.name,
    role,
    under: under?.hypothesis.name ?? null,
    score,
    title: detail === null ? hypothesis.title : `${hypothesis.title} (${detail})`,
    for: cited('for'),
    against: cited('against'),
    findings: findings.flatMap(({ prediction: { text }, sighting, speaks }) =>
      speaks === 'nothing'
        ? []
        : [
            {
              // What was to be seen and was not speaks against it by its opposite.
              text: sighting.state === 'opposite' ? `not so: ${text}` : text,
              speaks,
              evidence: [...sighting.evidence],
            },
          ],
    ),
    next: nextStep(assessment, assessments),
    owner: hypothesis.owner,
    remedy: hypothesis.remedy,
    logQuery: role === 'cause' ? logQuery(record, byId, [...cited('for'), ...shown]) : null,
    checks:
      hypothesis.name === 'UNKNOWN'
        ? [...attribution.unattributed]
        : [...(attribution.checks.get(hypothesis.name) ?? [])],
  };
}

function stateOf(
  record: RunRecord,
  facts: Facts,
  { parts, unexplained: left, contested }: Cover,
): Diagnosis['state'] {
  if (facts.symptoms.length === 0) return record.state === 'interrupted' ? 'interrupted' : 'nothing red';
  const causes = parts.filter(({ role }) => role === 'cause').length;
  if (causes === 0) return 'unknown';
  if (causes > 1 || left.length > 0) return 'several causes';
  return contested ? 'undecided' : 'one cause';
}

function headlineOf(
  record: RunRecord,
  facts: Facts,
  hypotheses: readonly RankedHypothesis[],
  attribution: Attribution,
): string {
  if (facts.symptoms.length === 0) {
    return record.state === 'interrupted'
      ? `the run was interrupted${record.signal === null ? '' : ` by ${record.signal}`} and nothing was red until then: no cause is looked for`
      : 'nothing to explain';
  }
  const known = hypotheses.filter(
    ({ role, hypothesis }) => role === 'cause' && hypothesis !== 'UNKNOWN',
  ).length;
  const explained = [...attribution.checks.values()].reduce((sum, ids) => sum + ids.length, 0);
  const left = attribution.unattributed.length;
  const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;
  if (known === 0) return `no known cause, ${count(left, 'check')} unattributed`;
  return `${count(known, 'cause')}, ${count(explained, 'check')}${left === 0 ? '' : `; ${count(left, 'check')} unattributed`}`;
}

function probesOf(record: RunRecord, facts: Facts): Diagnosis['probes'] {
  const names = [...facts.probes.keys()];
  if (record.probes === 'skipped') {
    return { state: 'skipped', text: 'separating probes were switched off (--no-probes)' };
  }
  if (names.length === 0) return { state: 'not needed', text: 'no separating probe was needed' };
  return { state: 'made', text: `separating probes made: ${names.join(', ')}` };
}
