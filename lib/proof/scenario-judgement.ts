import type { RunRecord } from '../evidence/run-record.ts';
import type { Decision } from '../gate/decision.ts';
import { pageText } from './page-text.ts';
import type { ScenarioOutcome } from './scenario.ts';

/** What a diagnosis said, as far as a scenario asks for it. */
interface Explanation {
  readonly state: string;
  readonly hypotheses: readonly {
    readonly hypothesis: string;
    readonly role: string;
    readonly under: string | null;
    readonly owner: string;
    readonly title: string;
    readonly checks: readonly string[];
  }[];
  readonly unattributed: readonly string[];
}

/** What one run of a scenario left behind. */
export interface ScenarioExecution {
  readonly record: RunRecord;
  readonly decision: Pick<Decision, 'decision' | 'headline' | 'axes' | 'reasons'>;
  readonly diagnosis: Explanation;
  readonly exitCode: number;
  /** The console and every file of the run, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** How often each fault changed something; null when the counter could not be read. */
  readonly firings: ReadonlyMap<string, number> | null;
  /** Names of texts in which eight characters of a token that the target received stand in a row. */
  readonly tokensIn: readonly string[];
}

/** What people read; the other files hold data, in which names of fields are no statements. */
export const READ_BY_PEOPLE: readonly string[] = [
  'console',
  'report.md',
  'summary.md',
  'report.html',
  'junit.xml',
];

/** Why a run did not lead to what its scenario says, one sentence each; none when it did. */
export function judgeScenario(
  { faults, expect }: { readonly faults: readonly string[]; readonly expect: ScenarioOutcome },
  run: ScenarioExecution,
): readonly string[] {
  return [
    ...firingProblems(faults, run),
    ...outcomeProblems(expect, run),
    ...causeProblems(expect, run.diagnosis),
    ...verdictProblems(expect, run.record),
    ...textProblems(expect, run.texts),
    ...accountProblems(run),
  ];
}

/** A fault that changed nothing told no story. */
function firingProblems(faults: readonly string[], { firings }: ScenarioExecution): readonly string[] {
  return faults
    .map((fault) => fault.split('=')[0] ?? fault)
    .filter((name) => (firings?.get(name) ?? 0) === 0)
    .map((name) => `expected the fault ${name} to fire, got ${firings?.get(name) ?? 'no count'}`);
}

function outcomeProblems(expect: ScenarioOutcome, run: ScenarioExecution): readonly string[] {
  const { decision, axes, reasons } = run.decision;
  const why = reasons.map(({ text }) => text).slice(0, 6);
  return [
    ...(decision === expect.decision
      ? []
      : [`expected ${expect.decision}, got ${decision}: ${why.join('; ') || 'no reason'}`]),
    ...(run.exitCode === expect.exitCode
      ? []
      : [`expected exit code ${expect.exitCode}, got ${run.exitCode}`]),
    ...(['change', 'outcome'] as const).flatMap((axis) => {
      const wanted = expect.axes?.[axis];
      return wanted === undefined || wanted === axes[axis]
        ? []
        : [`expected the ${axis} axis to say ${wanted}, got ${axes[axis]}`];
    }),
  ];
}

function causeProblems({ cause }: ScenarioOutcome, diagnosis: Explanation): readonly string[] {
  if (cause === null) return [];
  const causes = diagnosis.hypotheses.filter(({ role }) => role === 'cause');
  const [top] = causes;
  const named = causes.map(({ hypothesis }) => hypothesis).join(', ') || 'none';
  if (top?.hypothesis !== cause.top) return [`expected the cause ${cause.top}, got ${named}`];
  const below = diagnosis.hypotheses.filter(({ under }) => under === top.hypothesis);
  return [
    ...(cause.owner === undefined || cause.owner === top.owner
      ? []
      : [`expected the owner ${cause.owner}, got ${top.owner}`]),
    ...(cause.says ?? [])
      .filter((text) => !top.title.includes(text))
      .map((text) => `expected the cause to name ${text}, got: ${top.title}`),
    ...(cause.secondary ?? [])
      .filter((name) => !below.some(({ hypothesis }) => hypothesis === name))
      .map(
        (name) =>
          `expected ${name} under ${cause.top}, got ${below.map(({ hypothesis }) => hypothesis).join(', ') || 'nothing'}`,
      ),
  ];
}

function verdictProblems({ verdicts }: ScenarioOutcome, record: RunRecord): readonly string[] {
  return Object.entries(verdicts).flatMap(([id, wanted]) => {
    const got = record.checks.find((check) => check.id === id)?.verdict ?? 'no such check';
    return got === wanted ? [] : [`expected ${id} to be ${wanted}, got ${got}`];
  });
}

function textProblems(
  { appears, absent }: ScenarioOutcome,
  texts: ReadonlyMap<string, string>,
): readonly string[] {
  const all = READ_BY_PEOPLE.flatMap((name): readonly (readonly [name: string, text: string])[] => {
    const text = texts.get(name);
    return text === undefined ? [] : [[name, name.endsWith('.html') ? pageText(text) : text]];
  });
  return [
    ...READ_BY_PEOPLE.filter((name) => !texts.has(name)).map(
      (name) => `expected ${name}, got no such output`,
    ),
    ...appears
      .filter((wanted) => !all.some(([, text]) => text.includes(wanted)))
      .map((wanted) => `expected a reader to be told "${wanted}", got it nowhere`),
    ...absent.flatMap(({ pattern }) => {
      const found = new RegExp(pattern, 'iu');
      return all.flatMap(([name, text]) => {
        const match = found.exec(text);
        return match === null
          ? []
          : [`expected nobody to be told /${pattern}/, got "${match[0]}" in ${name}`];
      });
    }),
  ];
}

/** The run ended, its harness was well, no secret got out, and every bad check hangs under exactly one cause. */
function accountProblems({ record, diagnosis, tokensIn }: ScenarioExecution): readonly string[] {
  const places = new Map<string, number>();
  for (const id of [
    ...diagnosis.hypotheses.flatMap(({ hypothesis, checks }) => (hypothesis === 'UNKNOWN' ? [] : checks)),
    ...diagnosis.unattributed,
  ])
    places.set(id, (places.get(id) ?? 0) + 1);
  const bad = record.checks.filter(({ selected, verdict }) => selected && BAD.includes(verdict));
  return [
    ...(record.state === 'complete' ? [] : [`expected a run that ended, got one that is ${record.state}`]),
    ...record.harnessFaults.map(({ code, message }) => `fault of the harness: ${code}: ${message}`),
    ...(record.artifactScan.state === 'clean'
      ? []
      : [`expected a clean artifact scan, got ${record.artifactScan.state}`]),
    ...tokensIn.map((name) => `expected no part of a token in ${name}, got eight characters of one`),
    ...bad
      .filter(({ id }) => places.get(id) !== 1)
      .map(
        ({ id }) => `expected ${id} under one cause or unattributed, got it in ${places.get(id) ?? 0} places`,
      ),
  ];
}

const BAD: readonly string[] = ['failed', 'blocked', 'inconclusive'];
