import { foldRepeated } from '../../contract/header-value.ts';
import type { StopSignal } from '../../foundation/stop-signal.ts';
import type { Policy } from '../../gate/policy.ts';
import type { HistoryEntry } from '../../gate/run-history.ts';
import type { BaselineRun } from '../record/baseline-run.ts';
import { policyHash } from '../../gate/policy.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { evidenceSummary } from '../../evidence/evidence-line.ts';
import { metricsOf } from '../../evidence/metric.ts';
import { type Plan, planHash, type PlannedCheck } from '../../evidence/plan.ts';
import { seenBehaviours } from '../../evidence/seen-behaviour.ts';
import type { HarnessFault, RevisionReading, RunRecord } from '../../evidence/run-record.ts';
import { worstVerdict } from '../../evidence/verdict.ts';
import type { Waiver } from '../../evidence/waiver.ts';
import { contentHash } from '../../foundation/canonical-json.ts';
import type { PreflightFindings } from '../../config/run-context.ts';
import type { ResolvedSetting } from '../../config/setting-reader.ts';
import type { Settings } from '../../config/settings.ts';
import { withoutBackend } from './orphaned-result.ts';
import type { Selection } from './selection.ts';
import type { WorkResults } from './work-files.ts';

/** What is known of a run before its first packet. */
export interface RunBasis {
  readonly runId: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly seed: number;
  readonly repeat: number;
  readonly settings: Settings;
  readonly report: readonly ResolvedSetting[];
  readonly warnings: readonly string[];
  readonly policy: Policy;
  /** The checks of this policy; a filter does not shrink it. */
  readonly plan: Plan;
  readonly manifest: Plan;
  readonly selection: Selection;
  readonly acceptConditional: boolean;
  /** Checks named by `--change`, else by the policy. */
  readonly change: readonly string[];
  readonly waivers: readonly Waiver[];
  /** Ended runs of the reports folder, oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly baseline: BaselineRun | null;
  readonly shard: { readonly index: number; readonly count: number } | null;
  /** Null outside a pipeline, and in one that does not tell it. */
  readonly attempt?: { readonly variable: string; readonly number: number } | null;
}

/** What a run found. */
export interface RunFindings {
  readonly state: 'complete' | 'interrupted';
  readonly signal: StopSignal | null;
  readonly endedAt: Date;
  readonly preflight: PreflightFindings;
  readonly readings: readonly RevisionReading[];
  readonly work: WorkResults;
  readonly faults: readonly HarnessFault[];
  /** When our own backend ended in the middle, in ms since the run started; null when it served to the end. */
  readonly backendEndedAtMs?: number | null;
  /** Null while nothing is red. */
  readonly probes?: 'made' | 'skipped' | null;
  /** Diagnoses of earlier runs; empty while nothing is red. */
  readonly history?: NonNullable<RunRecord['history']>;
  readonly evidence: readonly Evidence[];
  readonly rootHash: string;
}

/** The record as it stands before the first packet: everything planned is `not-run`, the decision is INCONCLUSIVE. */
export function openingRecord(basis: RunBasis): RunRecord {
  return {
    schema: 1,
    runId: basis.runId,
    state: 'running',
    signal: null,
    harness: {
      version: basis.version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    startedAt: basis.startedAt.toISOString(),
    endedAt: null,
    decidedAt: basis.startedAt.toISOString(),
    seed: basis.seed,
    timeScale: basis.settings.timeScale,
    target: {
      environment: basis.settings.environment,
      marker: basis.settings.marker,
      embedded: basis.settings.embedded,
      backendUrl: basis.settings.backendUrl,
      authServiceUrl: basis.settings.authServiceUrl,
      websocketUrl: basis.settings.websocketUrl,
      tokenSource: basis.settings.tokenSource,
      refusalForm: basis.settings.refusalForm,
    },
    settings: basis.report.map(({ name, value, origin }) => ({ name, value, origin })),
    warnings: [...basis.warnings],
    selection: {
      scope: basis.selection.scope,
      filters: [...basis.selection.filters],
      repeat: basis.repeat,
      shard: basis.shard === null ? null : { ...basis.shard },
    },
    merge: null,
    ...(basis.attempt == null ? {} : { attempt: { ...basis.attempt } }),
    policy: { name: basis.policy.name, hash: policyHash(basis.policy), resolved: basis.policy },
    gate: {
      acceptConditional: basis.acceptConditional,
      change: [...basis.change],
      waivers: basis.waivers.map((waiver) => ({ ...waiver })),
    },
    plan: { hash: planHash(basis.plan), manifestHash: contentHash(basis.manifest) },
    capabilities: basis.policy.missingCapabilities.map((missing) => ({ ...missing })),
    preflight: [],
    revision: {
      expected: basis.settings.expectedRevision,
      policy: basis.policy.revision,
      readings: [],
      ...fingerprintOf(basis.policy, basis.settings, []),
    },
    checks: basis.plan.checks.map((check) => ({
      ...check,
      selected: basis.selection.selected.includes(check.id),
      verdict: 'not-run',
      attempts: [],
    })),
    harnessFaults: [],
    observer: { eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 },
    evidence: { records: 0, rootHash: '0'.repeat(64), kinds: {} },
    artifactScan: { state: 'pending', files: [], findings: [] },
  };
}

/** The record of a run that has ended, whatever ended it. */
export function closingRecord(basis: RunBasis, findings: RunFindings): RunRecord {
  const opening = openingRecord(basis);
  return {
    ...opening,
    state: findings.state,
    signal: findings.signal,
    endedAt: findings.endedAt.toISOString(),
    decidedAt: findings.endedAt.toISOString(),
    preflight: findings.preflight.rungs.map((rung) => ({ ...rung, evidence: [...rung.evidence] })),
    revision: {
      ...opening.revision,
      readings: [...findings.readings],
      ...fingerprintOf(basis.policy, basis.settings, findings.evidence),
    },
    checks: opening.checks.map((check) => {
      const attempts = findings.work.results
        .filter(({ id }) => id === check.id)
        .map((result) => withoutBackend(result, findings.backendEndedAtMs ?? null));
      const verdicts = attempts.map(({ verdict }) => verdict);
      // An attempt that began and never ended is a check that was not run to its end.
      const cut = findings.work.unfinished.includes(check.id) || (check.selected && attempts.length === 0);
      return { ...check, attempts, verdict: worstVerdict(cut ? [...verdicts, 'not-run'] : verdicts) };
    }),
    harnessFaults: [...withoutEchoes(findings.faults), ...planFaults(basis, findings)],
    ...(findings.probes == null ? {} : { probes: findings.probes, history: [...(findings.history ?? [])] }),
    metrics: metricsOf(findings.evidence),
    observer: findings.work.observer,
    evidence: evidenceSummary(findings.evidence, findings.rootHash),
  };
}

/** One full disk stops the writers one after the other: the first tells it. */
function withoutEchoes(faults: readonly HarnessFault[]): readonly HarnessFault[] {
  const first = faults.find(({ code }) => code === 'DISK_WRITE_FAILED');
  return faults.filter((fault) => fault.code !== 'DISK_WRITE_FAILED' || fault === first);
}

/** The behaviours of a run whose policy judges by them; nothing for any other. */
function fingerprintOf(
  { fingerprint: expected }: Policy,
  settings: Settings,
  evidence: readonly Evidence[],
): Pick<RunRecord['revision'], 'fingerprint'> {
  return expected === undefined
    ? {}
    : { fingerprint: { expected, seen: [...seenBehaviours(evidence, settings)] } };
}

const CUT_SHORT: readonly HarnessFault['code'][] = ['WORKER_DIED', 'BACKEND_DIED', 'DISK_WRITE_FAILED'];

/** The manifest and what the specs declared must be the same checks, or the plan was not what ran. */
function planFaults(basis: RunBasis, findings: RunFindings): readonly HarnessFault[] {
  const planned = new Set(basis.manifest.checks.map(({ id }) => id));
  const declared = findings.work.declared.map(({ id }) => id);
  const fault = (message: string): HarnessFault => ({
    code: 'PLAN_DRIFT',
    message,
    next: 'Run `npm run plan` and commit suites/plan.json.',
  });
  // Who died or could not write loaded no further spec, or told nothing of it: that is told by its own fault.
  const isWhole =
    findings.state === 'complete' && !findings.faults.some(({ code }) => CUT_SHORT.includes(code));
  const missed =
    isWhole && declared.length > 0 ? selectedChecks(basis).filter(({ id }) => !declared.includes(id)) : [];
  const names = missed.map(({ id }) => id);
  return [
    ...[...new Set(declared)]
      .filter((id) => !planned.has(id))
      .map((id) => fault(`${id} is declared and not planned`)),
    ...(missed.length === 0
      ? []
      : [
          fault(
            `planned and declared by no spec: ${names.slice(0, 8).join(', ')}${names.length > 8 ? ` and ${names.length - 8} more` : ''}`,
          ),
        ]),
    ...declared.filter((id, at) => declared.indexOf(id) !== at).map((id) => fault(`${id} is declared twice`)),
  ];
}

function selectedChecks(basis: RunBasis): readonly PlannedCheck[] {
  return basis.plan.checks.filter(({ id }) => basis.selection.selected.includes(id));
}

/** Readings of the revision in response headers of the backend, equal ones in a row folded into one. */
export function headerReadings(
  evidence: readonly Evidence[],
  settings: Settings,
): readonly RevisionReading[] {
  const origins = new Set([settings.backendUrl, settings.websocketUrl].map((url) => new URL(url).host));
  const readings: RevisionReading[] = [];
  for (const { id, atMs, body } of evidence) {
    if (body.kind !== 'http.exchange' && body.kind !== 'ws.handshake') continue;
    const { outcome } = body;
    if (outcome.kind !== 'answered' && outcome.kind !== 'open') continue;
    if (!origins.has(new URL(body.url).host)) continue;
    const revision = foldRepeated(outcome.headers[settings.revisionHeader] ?? '');
    if (revision === '') continue;
    readings.push({
      source: `header ${settings.revisionHeader}`,
      revision,
      firstAtMs: atMs,
      lastAtMs: atMs,
      count: 1,
      evidence: id,
      ...(body.kind === 'ws.handshake' ? { connections: [body.connection] } : {}),
    });
  }
  return foldReadings(readings);
}

/** Connections that a reading names: enough to look at, few enough for a record of thousands of them. */
const MAX_CONNECTIONS = 20;

function foldReadings(readings: readonly RevisionReading[]): readonly RevisionReading[] {
  const folded: RevisionReading[] = [];
  for (const reading of readings) {
    const last = folded.at(-1);
    if (last !== undefined && last.revision === reading.revision && last.source === reading.source) {
      const connections = [...(last.connections ?? []), ...(reading.connections ?? [])];
      folded[folded.length - 1] = {
        ...last,
        lastAtMs: reading.lastAtMs,
        count: last.count + 1,
        ...(connections.length === 0 ? {} : { connections: connections.slice(0, MAX_CONNECTIONS) }),
      };
    } else {
      folded.push(reading);
    }
  }
  return folded;
}
