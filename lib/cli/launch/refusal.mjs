import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import canonicalize from 'canonicalize';
import { makeFolder } from '../../foundation/folder.mjs';
import { pointLatest, removeLatest } from './latest-link.mjs';
import { reportsFoldersNamed } from './reports-folder.mjs';
import { withoutTokens } from './token-shape.mjs';

/**
 * Leaves the record of a run that was refused before anything was loaded, in each reports folder that it asked for, so that
 * no `latest` there shows an older GO (design.md §13.2). Its decision is what lib/gate/decide.ts says of it: a test holds both together.
 * @param {{
 *   root: string, words: readonly string[], environment?: Readonly<Record<string, string | undefined>>,
 *   code: string, message: string, next: string,
 * }} refusal
 * @returns {string | null} the folder of the record in the first of them, or null when it could not be written
 */
export function recordRefusal(refusal) {
  const startedAt = new Date();
  const runId = `${startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '')}-refused-${randomBytes(3).toString('hex')}`;
  const record = refusedRecord({ ...refusal, runId, at: startedAt.toISOString() });
  const [first = null] = reportsFoldersNamed(refusal.root, refusal.words, refusal.environment).map(
    (reports) => writeRefusal(reports, record),
  );
  return first;
}

/** @param {string} reports @param {ReturnType<typeof refusedRecord>} record @returns {string | null} */
function writeRefusal(reports, record) {
  const folder = join(reports, record.runId);
  try {
    makeFolder(folder);
    writeFileSync(join(folder, 'run.json'), readable(record));
    writeFileSync(join(folder, 'decision.json'), readable(refusedDecision(record)));
    pointLatest(reports, record.runId);
    return folder;
  } catch {
    // A full or read-only disk: the older decision must go all the same.
    removeLatest(reports);
    return null;
  }
}

/** Sorted keys, as lib/foundation/canonical-json.ts writes files that people read. @param {unknown} value */
function readable(value) {
  return `${JSON.stringify(JSON.parse(canonicalize(value) ?? 'null'), null, 2)}\n`;
}

/** @param {{ root: string, code: string, message: string, next: string, runId: string, at: string }} facts */
export function refusedRecord(facts) {
  const { version } = /** @type {{ version: string }} */ (
    JSON.parse(readFileSync(join(facts.root, 'package.json'), 'utf8'))
  );
  return {
    schema: 1,
    runId: facts.runId,
    state: 'refused',
    signal: null,
    harness: { version, node: process.version, platform: `${process.platform}-${process.arch}` },
    startedAt: facts.at,
    endedAt: facts.at,
    decidedAt: facts.at,
    seed: 0,
    timeScale: 1,
    target: {
      environment: '-',
      marker: '-',
      embedded: false,
      backendUrl: '-',
      authServiceUrl: '-',
      websocketUrl: '-',
      tokenSource: null,
      refusalForm: '-',
    },
    settings: [],
    warnings: [withoutTokens(`${facts.code}: ${facts.message}. Next: ${facts.next}`)],
    selection: { scope: 'partial', filters: [], repeat: 1, shard: null },
    merge: null,
    policy: { name: '-', hash: '-', resolved: null },
    gate: { acceptConditional: false, change: [], waivers: [] },
    plan: { hash: '-', manifestHash: '-' },
    capabilities: [],
    preflight: [],
    revision: { expected: null, policy: 'required', readings: [] },
    checks: [],
    harnessFaults: [],
    observer: { eventLoopLagP99Ms: 0, eventLoopLagMaxMs: 0, samples: 0 },
    evidence: { records: 0, rootHash: '0'.repeat(64), kinds: {} },
    artifactScan: { state: 'clean', files: [], findings: [] },
  };
}

/** @param {ReturnType<typeof refusedRecord>} record */
export function refusedDecision(record) {
  return {
    schema: 1,
    runId: record.runId,
    state: 'final',
    decision: 'INCONCLUSIVE',
    scope: 'partial',
    headline: 'INCONCLUSIVE (partial run)',
    policy: { name: '-', weaker: [] },
    axes: { outcome: 'unknown', change: 'not stated' },
    reasons: [
      { rule: 4, check: null, text: 'the run was refused before the first packet' },
      { rule: 4, check: null, text: 'nothing was planned' },
      { rule: 4, check: null, text: 'the policy of the record cannot be read' },
    ],
    conditions: [],
    waivers: [],
    thresholds: [],
    counts: {
      planned: 0,
      passed: 0,
      failed: 0,
      flaky: 0,
      inconclusive: 0,
      blocked: 0,
      skipped: 0,
      'not-run': 0,
    },
    revision: { state: 'not read', expected: null, seen: [] },
    decidedAt: record.decidedAt,
    evidenceRoot: record.evidence.rootHash,
    recordHash: createHash('sha256')
      .update(canonicalize(record) ?? '')
      .digest('hex'),
    exitCode: 64,
  };
}
