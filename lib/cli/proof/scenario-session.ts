import { join, relative } from 'node:path';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { systemClock } from '../../foundation/clock.ts';
import {
  isCredited,
  scenarioLine,
  scenarioRecord,
  scenarioReport,
  type ScenarioRunResult,
} from '../../proof/scenario-record.ts';
import { openReports } from '../record/run-folder.ts';
import { eachOf, type Interrupt, workers } from './proof-crew.ts';
import type { ProofSession } from './proof-run.ts';
import { readScenarios } from './scenario-file.ts';
import { scenarioRun } from './scenario-run.ts';

/** Tells every scenario again and holds it to what must come of it; returns the exit code. */
export async function tellScenarios(
  session: ProofSession,
  interrupt: Interrupt,
  about: {
    readonly id: string;
    readonly startedAt: string;
    readonly seed: number;
    readonly jobs: number;
    readonly wanted: readonly string[];
  },
  say: (line: string) => void,
): Promise<number> {
  const { wanted, ...header } = about;
  const scenarios = readScenarios(session.root, session.plan, wanted);
  openReports(session.folder);
  const items = scenarios.flatMap(({ name, runs }) => runs.map((run, at) => ({ name, run, at })));
  say(
    `stagegate prove: ${scenarios.length} scenarios, ${items.length} runs, seed ${about.seed}, ${about.jobs} at a time`,
  );
  const results = new Map<string, ScenarioRunResult[]>();
  const crew = workers(about.jobs, session.root, interrupt);
  try {
    await eachOf(items, crew, interrupt, async ({ name, run, at }, worker) => {
      const result = await scenarioRun(worker, session, name, run, at);
      // The end of a run that was interrupted says nothing about its story.
      if (interrupt.isOn) return;
      results.set(name, [...(results.get(name) ?? []), result]);
      say(scenarioLine(name, result));
      for (const problem of result.problems) say(`            ${problem}`);
      for (const wrong of result.unnoticed) say(`            a wrong expectation was not noticed: ${wrong}`);
    });
  } finally {
    for (const worker of crew) worker[Symbol.dispose]();
  }
  const record = scenarioRecord({
    ...header,
    state: interrupt.isOn ? 'interrupted' : 'complete',
    endedAt: systemClock.wallTime().toISOString(),
    isWhole: session.isWhole,
    declared: scenarios.map(({ name }) => name),
    scenarios: scenarios.flatMap(({ name, story, runs }) => {
      const done = (results.get(name) ?? []).toSorted(
        (a, b) =>
          runs.findIndex(({ title }) => title === a.title) - runs.findIndex(({ title }) => title === b.title),
      );
      return done.length === 0 ? [] : [{ name, story, runs: done, credited: isCredited(done, runs.length) }];
    }),
    signal: interrupt.signal,
  });
  writeFileAtomic(join(session.folder, 'prove.json'), readableJson(record));
  writeFileAtomic(join(session.folder, 'prove.md'), scenarioReport(record));
  say('');
  for (const problem of record.problems) say(`! ${problem}`);
  say(`${record.score.text}  (exit ${record.exitCode})`);
  say(`report    ${relative(process.cwd(), join(session.folder, 'prove.md'))}`);
  return record.exitCode;
}
