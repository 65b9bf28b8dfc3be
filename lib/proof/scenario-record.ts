import type { StopSignal } from '../foundation/stop-signal.ts';
import { ExitCode, exitCodeOfSignal } from '../gate/exit-code.ts';
import { markdownCell } from './proof-report.ts';

/** One run of a scenario after it was judged. */
export interface ScenarioRunResult {
  readonly title: string;
  readonly faults: readonly string[];
  readonly expected: string;
  readonly decision: string | null;
  readonly exitCode: number | null;
  /** The causes that were named, the first one first. */
  readonly causes: readonly string[];
  readonly elapsedMs: number;
  /** How often it was begun anew because this machine was too slow to judge. */
  readonly repeats: number;
  readonly problems: readonly string[];
  /** Expectations that a wrong value would have passed as well. */
  readonly unnoticed: readonly string[];
  /** Folder of the run, kept when it was not as told; relative to the report. */
  readonly run: string | null;
}

/** A scenario after its runs. */
export interface ScenarioResult {
  readonly name: string;
  readonly story: string;
  readonly runs: readonly ScenarioRunResult[];
  readonly credited: boolean;
}

/** A session of scenarios as it is written: `prove.json` of `prove --scenarios`. */
export interface ScenarioRecord {
  readonly schema: 1;
  readonly kind: 'scenarios';
  readonly id: string;
  readonly state: 'complete' | 'interrupted';
  readonly startedAt: string;
  readonly endedAt: string;
  readonly seed: number;
  readonly jobs: number;
  /** Every check ran in every run, not those of the story only. */
  readonly isWhole: boolean;
  readonly declared: readonly string[];
  readonly scenarios: readonly ScenarioResult[];
  readonly score: { readonly credited: number; readonly declared: number; readonly text: string };
  readonly problems: readonly string[];
  readonly exitCode: number;
}

/** True when every run came out as told and each expectation could have failed. */
export function isCredited(runs: readonly ScenarioRunResult[], planned: number): boolean {
  return (
    runs.length === planned &&
    planned > 0 &&
    runs.every(({ problems, unnoticed }) => problems.length === 0 && unnoticed.length === 0)
  );
}

/** Sums a session up: one scenario that is not as told, or was not run, makes it red (design.md §5). */
export function scenarioRecord(
  findings: Omit<ScenarioRecord, 'schema' | 'kind' | 'score' | 'problems' | 'exitCode'> & {
    readonly signal: StopSignal | null;
  },
): ScenarioRecord {
  const { signal, ...session } = findings;
  const { scenarios, declared } = session;
  const credited = scenarios.filter((scenario) => scenario.credited).length;
  const missed = declared.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  const problems = [
    ...scenarios.filter((scenario) => !scenario.credited).map(({ name }) => `not as told: ${name}`),
    ...missed.map((name) => `declared and not run: ${name}`),
    ...(declared.length === 0 ? ['no scenario was declared'] : []),
  ];
  return {
    schema: 1,
    kind: 'scenarios',
    ...session,
    score: {
      credited,
      declared: declared.length,
      text: `scenarios: ${credited} of ${declared.length} as told`,
    },
    problems,
    exitCode: exitCodeOf(signal, problems.length > 0),
  };
}

function exitCodeOf(signal: StopSignal | null, isRed: boolean): number {
  if (signal !== null) return exitCodeOfSignal(signal);
  return isRed ? ExitCode.NoGo : ExitCode.Go;
}

/** A session of scenarios as Markdown. */
export function scenarioReport(record: ScenarioRecord): string {
  return [
    '# Scenarios of the gate',
    '',
    `**${record.score.text}**${record.isWhole ? '' : ' (the checks of each story, blockers and rungs)'}`,
    '',
    `- session ${record.id}, ${record.startedAt} to ${record.endedAt}, ${record.state}, exit code ${record.exitCode}`,
    `- seed ${record.seed}, ${record.jobs} at a time`,
    '',
    '## What is missing',
    '',
    ...(record.problems.length === 0
      ? ['Nothing.']
      : record.problems.map((text) => `- ${markdownCell(text)}`)),
    '',
    '## Stories',
    '',
    '| scenario | run | faults | expected | decision | exit | cause | as told | ms |',
    '| --- | --- | --- | --- | --- | --: | --- | --- | --: |',
    ...record.scenarios.flatMap(({ name, runs }) => runs.map((run) => row(name, run))),
    '',
    ...record.scenarios.flatMap(details),
  ].join('\n');
}

/** One line for the terminal about a run of a scenario. */
export function scenarioLine(name: string, run: ScenarioRunResult): string {
  const isTold = run.problems.length === 0 && run.unnoticed.length === 0;
  const cause = run.causes.join(' + ') || 'no cause';
  return `${isTold ? 'as told    ' : 'NOT AS TOLD'} ${name.padEnd(24)} ${run.decision ?? 'no decision'}, ${cause}: ${run.title}, ${Math.round(run.elapsedMs)} ms`;
}

function row(name: string, run: ScenarioRunResult): string {
  const isTold = run.problems.length === 0 && run.unnoticed.length === 0;
  const cells = [
    name,
    run.title,
    run.faults.join(', ') || 'none',
    run.expected,
    run.decision ?? '–',
    run.exitCode ?? '–',
    run.causes.join(', ') || '–',
    isTold ? 'yes' : '**no**',
    Math.round(run.elapsedMs),
  ];
  return `| ${cells.map((text) => markdownCell(String(text))).join(' | ')} |`;
}

function details({ name, story, runs }: ScenarioResult): readonly string[] {
  return [
    `### ${markdownCell(name)}`,
    '',
    markdownCell(story),
    '',
    ...runs.flatMap((run) => [
      ...run.problems.map((text) => `- ${markdownCell(`${run.title}: ${text}`)}`),
      ...run.unnoticed.map(
        (text) => `- ${markdownCell(`${run.title}: a wrong expectation was not noticed: ${text}`)}`,
      ),
      ...(run.run === null ? [] : [`- run: \`${run.run}\``]),
    ]),
    '',
  ];
}
