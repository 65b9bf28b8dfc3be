import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../../foundation/clock.ts';
import { describeError } from '../../foundation/errors.ts';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';
import { type FaultExpectation, faultName } from '../../proof/expectation.ts';
import { judgeProof, rulesOf } from '../../proof/judgement.ts';
import { isVoid, untilJudged, type Attempt } from '../../proof/attempt.ts';
import { checksOfProof } from '../../proof/proof-plan.ts';
import type { HealthyResult, ProofResult } from '../../proof/proof-record.ts';
import { writeProofPolicy } from './proof-policy.ts';
import type { ProofProcess } from './proof-process.ts';
import { showsToken } from '../launch/token-shape.mjs';

const decisionSchema = z.looseObject({
  decision: z.string(),
  reasons: z.array(z.looseObject({ text: z.string() })),
});

/** Where a session runs and what it holds its runs to. */
export interface ProofSession {
  readonly root: string;
  /** Folder of the session. */
  readonly folder: string;
  readonly plan: readonly PlannedCheck[];
  readonly seed: number;
  readonly isWhole: boolean;
}

/** Runs the whole plan on a healthy backend: anything but GO is a false alarm. */
export async function healthyRun(
  worker: ProofProcess,
  session: ProofSession,
  name: string,
  options: { readonly seed: number; readonly shuffled: boolean },
): Promise<HealthyResult> {
  return untilJudged((repeats) => attemptHealthy(worker, session, name, { ...options, repeats }));
}

/** Boots a backend with the fault of an entry, runs the checks that its proof needs, and judges what came of it. */
export async function proofRun(
  worker: ProofProcess,
  session: ProofSession,
  entry: FaultExpectation,
): Promise<ProofResult> {
  return untilJudged((repeats) => attemptProof(worker, session, entry, repeats));
}

async function attemptHealthy(
  worker: ProofProcess,
  session: ProofSession,
  name: string,
  options: { readonly seed: number; readonly shuffled: boolean; readonly repeats: number },
): Promise<Attempt<HealthyResult>> {
  const out = join(session.folder, 'runs', name);
  const startedAtMs = systemClock.now();
  if (options.repeats > 0) rmSync(out, { recursive: true, force: true });
  const base = { ...options, planned: session.plan.length, passed: 0 };
  try {
    const reply = await worker.ask({
      flags: { seed: String(options.seed), shuffle: options.shuffled, out },
      fault: null,
      settings: null,
    });
    const { record, decision, reasons } = readRun(out);
    const passed = record.checks.filter(({ verdict }) => verdict === 'passed').length;
    const problems = [
      ...record.checks
        .filter(({ verdict }) => verdict !== 'passed')
        .map((check) => `false alarm: ${check.id} ${check.verdict} ${rulesOf(check).join(', ')}`.trim()),
      ...record.harnessFaults.map(({ code, message }) => `fault of the harness: ${code}: ${message}`),
      ...(decision === 'GO' && reply.exitCode === 0
        ? []
        : [`expected GO and exit code 0, got ${decision} and ${reply.exitCode}: ${reasons.join('; ')}`]),
      ...(record.checks.length === session.plan.length
        ? []
        : [`expected ${session.plan.length} planned checks, got ${record.checks.length}`]),
    ];
    const result = {
      ...base,
      decision,
      exitCode: reply.exitCode,
      passed,
      problems,
      elapsedMs: systemClock.now() - startedAtMs,
      run: keep(session, out, problems),
    };
    return { result, isVoid: isVoid(record) };
  } catch (error) {
    const problems = [describeError(error)];
    const elapsedMs = systemClock.now() - startedAtMs;
    const result = { ...base, decision: 'none', exitCode: 70, problems, elapsedMs };
    return { result: { ...result, run: keep(session, out, problems) }, isVoid: false };
  }
}

async function attemptProof(
  worker: ProofProcess,
  session: ProofSession,
  entry: FaultExpectation,
  repeats: number,
): Promise<Attempt<ProofResult>> {
  const out = join(session.folder, 'runs', entry.fault.replaceAll(/[^A-Za-z0-9=.-]/g, '_').slice(0, 80));
  const startedAtMs = systemClock.now();
  // What an earlier attempt left would be history to this one.
  rmSync(out, { recursive: true, force: true });
  const base = { fault: entry.fault, expect: entry.expect, repeats, spoiltBy: [] };
  try {
    const checks = checksOfProof(entry, session.plan);
    const policy = session.isWhole ? null : writeProofPolicy({ ...session, name: 'proof', checks }, out);
    const reply = await worker.ask({
      flags: {
        seed: String(session.seed),
        out,
        ...(policy === null ? {} : { policy }),
        ...(entry.settings === null ? {} : { env: `fault-${faultName(entry)}` }),
      },
      fault: entry.settings === null ? entry.fault : null,
      settings: entry.settings,
    });
    const { record, decision, reasons, report, tokensIn } = readRun(out);
    const { output, firings, exitCode } = reply;
    const problems = judgeProof(entry, {
      record,
      exitCode,
      reasons,
      output,
      report,
      firings,
      tokensIn: [...tokensIn, ...(showsToken(output) ? ['the output'] : [])],
    });
    const withVerdict = (verdict: string) => record.checks.filter((check) => check.verdict === verdict);
    const result = {
      ...base,
      firings,
      decision,
      exitCode,
      failed: withVerdict('failed').map((check) => ({ check: check.id, rules: rulesOf(check) })),
      inconclusive: withVerdict('inconclusive').map(({ id }) => id),
      blocked: withVerdict('blocked').map(({ id }) => id),
      passed: withVerdict('passed').length,
      executed: record.checks.filter(({ selected }) => selected).map(({ id }) => id),
      elapsedMs: systemClock.now() - startedAtMs,
      problems,
      credited: problems.length === 0,
      run: keep(session, out, problems),
      hasLeak: tokensIn.length > 0 || record.artifactScan.state === 'leak',
    };
    return { result, isVoid: isVoid(record) };
  } catch (error) {
    const problems = [describeError(error)];
    const result = {
      ...base,
      firings: null,
      decision: null,
      exitCode: null,
      failed: [],
      inconclusive: [],
      blocked: [],
      passed: 0,
      executed: [],
      elapsedMs: systemClock.now() - startedAtMs,
      problems,
      credited: false,
      run: keep(session, out, problems),
      hasLeak: false,
    };
    return { result, isVoid: false };
  }
}

function readRun(out: string): {
  readonly record: RunRecord;
  readonly decision: string;
  /** Why the decision is what it is. */
  readonly reasons: readonly string[];
  readonly report: string;
  readonly tokensIn: readonly string[];
} {
  const folder = join(out, 'latest');
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const names = readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile());
  const decision = decisionSchema.parse(JSON.parse(text('decision.json')));
  return {
    record: runRecordSchema.parse(JSON.parse(text('run.json'))),
    decision: decision.decision,
    reasons: decision.reasons.map(({ text: reason }) => reason),
    report: ['report.md', 'junit.xml']
      .filter((name) => names.includes(name))
      .map(text)
      .join('\n'),
    tokensIn: names.filter((name) => showsToken(text(name))),
  };
}

/** What was credited needs no files; what was not can be looked at. */
function keep(session: ProofSession, out: string, problems: readonly string[]): string | null {
  if (problems.length > 0) return relative(session.folder, out);
  rmSync(out, { recursive: true, force: true });
  return null;
}
