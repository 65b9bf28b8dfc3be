import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { diagnosisSchema } from '../../diagnosis/diagnosis.ts';
import { runRecordSchema } from '../../evidence/run-record.ts';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { systemClock } from '../../foundation/clock.ts';
import { describeError } from '../../foundation/errors.ts';
import { makeFolder } from '../../foundation/folder.mjs';
import { DECISIONS } from '../../gate/decision.ts';
import { isVoid, untilJudged, type Attempt } from '../../proof/attempt.ts';
import { withSentinels } from '../../proof/proof-plan.ts';
import type { ScenarioRun } from '../../proof/scenario.ts';
import { unnoticed } from '../../proof/scenario-control.ts';
import { judgeScenario, type ScenarioExecution } from '../../proof/scenario-judgement.ts';
import type { ScenarioRunResult } from '../../proof/scenario-record.ts';
import { appendHistory } from '../record/history-file.ts';
import { readPolicy } from '../policy/policy-file.ts';
import type { ProofProcess } from './proof-process.ts';
import type { ProofSession } from './proof-run.ts';

const DEFAULT_POLICY = 'fixtures/policies/default.json';
const axisState = z.enum(['yes', 'no', 'unknown', 'not stated']);
const decisionSchema = z.looseObject({
  decision: z.enum(DECISIONS),
  headline: z.string(),
  axes: z.looseObject({ outcome: axisState, change: axisState }),
  reasons: z.array(
    z.looseObject({
      rule: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6)]),
      check: z.string().nullable(),
      text: z.string(),
    }),
  ),
});

/** Makes one run of a scenario on a backend of its own and judges what came of it. */
export async function scenarioRun(
  worker: ProofProcess,
  session: ProofSession,
  scenario: string,
  run: ScenarioRun,
  at: number,
): Promise<ScenarioRunResult> {
  const out = join(session.folder, 'runs', `${scenario}-${at + 1}`);
  return untilJudged((repeats) => attempt(worker, session, run, out, repeats));
}

async function attempt(
  worker: ProofProcess,
  session: ProofSession,
  run: ScenarioRun,
  out: string,
  repeats: number,
): Promise<Attempt<ScenarioRunResult>> {
  const startedAtMs = systemClock.now();
  if (repeats > 0) rmSync(out, { recursive: true, force: true });
  const { expect } = run;
  const base = {
    title: run.title,
    faults: run.faults,
    repeats,
    expected: `${expect.decision}${expect.cause === null ? '' : `, ${expect.cause.top}`}`,
  };
  try {
    const execution = await execute(worker, session, run, out);
    const problems = judgeScenario(run, execution);
    const missed = problems.length > 0 ? [] : unnoticed(run, execution);
    const result = {
      ...base,
      decision: execution.decision.decision,
      exitCode: execution.exitCode,
      causes: execution.diagnosis.hypotheses.flatMap(({ role, hypothesis }) =>
        role === 'cause' ? [hypothesis] : [],
      ),
      elapsedMs: systemClock.now() - startedAtMs,
      problems,
      unnoticed: missed,
      run: keep(session, out, [...problems, ...missed]),
    };
    return { result, isVoid: isVoid(execution.record) };
  } catch (error) {
    const problems = [describeError(error)];
    const result = {
      ...base,
      decision: null,
      exitCode: null,
      causes: [],
      elapsedMs: systemClock.now() - startedAtMs,
      problems,
      unnoticed: [],
      run: keep(session, out, problems),
    };
    return { result, isVoid: false };
  }
}

async function execute(
  worker: ProofProcess,
  session: ProofSession,
  run: ScenarioRun,
  out: string,
): Promise<ScenarioExecution> {
  makeFolder(out);
  if (run.lastGo !== undefined) {
    const { revision, ...earlier } = run.lastGo;
    appendHistory(out, {
      schema: 1,
      ...earlier,
      revision,
      environment: 'local',
      scope: 'full',
      decision: 'GO',
      planHash: '0'.repeat(64),
      strict: true,
      verdicts: {},
    });
  }
  const reply = await worker.ask({
    flags: {
      seed: String(session.seed),
      out,
      policy: writePolicy(session, run, out),
      ...(run.faults.length === 0 ? {} : { fault: run.faults }),
      ...(run.change.length === 0 ? {} : { change: run.change }),
    },
    fault: null,
    settings: null,
    runSettings: run.settings,
    searched: out,
  });
  const folder = join(out, 'latest');
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [entry.name] : [],
  );
  const texts = new Map([
    ['console', reply.output] as const,
    ...names.map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const),
  ]);
  const parsed = (name: string): unknown => JSON.parse(texts.get(name) ?? '');
  return {
    record: runRecordSchema.parse(parsed('run.json')),
    decision: decisionSchema.parse(parsed('decision.json')),
    diagnosis: diagnosisSchema.parse(parsed('diagnosis.json')),
    exitCode: reply.exitCode,
    texts,
    firings: reply.counts === null ? null : new Map(Object.entries(reply.counts)),
    tokensIn: reply.tokensIn,
  };
}

/** The default policy with what the scenario changes; its plan is the checks of the story, so that the decision is about them. */
function writePolicy(session: ProofSession, run: ScenarioRun, out: string): string {
  const { checks } = run;
  const named = checks === 'all' ? [] : [...checks, ...run.change, ...Object.keys(run.expect.verdicts)];
  const isWhole = checks === 'all' || session.isWhole;
  const general = readPolicy(join(session.root, DEFAULT_POLICY), {
    root: session.root,
    plan: { schema: 1, checks: [...session.plan] },
    environment: 'local',
  });
  const { $schema: _s, thresholds, ...policy } = general;
  const file = join(out, 'policy.json');
  writeFileAtomic(
    file,
    readableJson({
      ...policy,
      // Limits on what other checks measure would say nothing about this story.
      ...(isWhole && thresholds !== undefined ? { thresholds } : {}),
      name: 'scenario',
      ...run.policy,
      checks: isWhole ? 'all' : withSentinels(named, session.plan),
    }),
  );
  return file;
}

/** A story that came out as told needs no files; another one can be looked at. */
function keep(session: ProofSession, out: string, problems: readonly string[]): string | null {
  if (problems.length > 0) return relative(session.folder, out);
  rmSync(out, { recursive: true, force: true });
  return null;
}
