import { isDeepStrictEqual } from 'node:util';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Diagnosis } from '../../diagnosis/diagnosis.ts';
import type { Evidence } from '../../evidence/evidence.ts';
import { parseEvidenceLine } from '../../evidence/evidence-line.ts';
import type { HarnessFault, RunRecord } from '../../evidence/run-record.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { isDiskFull } from '../../foundation/disk-failure.ts';
import { HarnessError } from '../../foundation/errors.ts';
import type { SecretIndex } from '../../foundation/redaction.ts';
import { decide } from '../../gate/decide.ts';
import type { Decision } from '../../gate/decision.ts';
import { scanArtifacts } from '../../reporting/artifact-scan.ts';
import type { PageProgram } from '../../reporting/page/page-data.ts';
import { REPORT_FILE_NAMES, reportFiles } from '../../reporting/report-files.ts';
import { withoutSecrets } from './redacted-record.ts';
import { ruleText } from './rule-text.ts';
import { WriteFailures } from './write-failure.ts';
import type { RunFolder } from './run-folder.ts';

/**
 * Writes every file, scans them, and writes the decision again with what the scan found.
 * @param program the program of the report page; what it throws is a fault of that file alone
 */
export function writeReports(
  folder: RunFolder,
  closing: RunRecord,
  evidence: string,
  secrets: SecretIndex,
  program: () => PageProgram,
): { readonly record: RunRecord; readonly decision: Decision; readonly diagnosis: Diagnosis } {
  // Judged as it is written: a record that was redacted only on its way to the disk would have another hash.
  let record = withoutSecrets(closing, secrets);
  // Diagnosed from what is written, too.
  const stored = secrets.redact(evidence);
  let parsed: readonly Evidence[] | null = null;
  const records = (): readonly Evidence[] => (parsed ??= recordsOf(stored));
  let judged: { readonly record: RunRecord; readonly decision: Decision } | null = null;
  const judge = (): Decision => {
    if (judged?.record !== record) judged = { record, decision: decide(record) };
    return judged.decision;
  };
  let explained: { readonly record: RunRecord; readonly diagnosis: Diagnosis } | null = null;
  const explain = (): Diagnosis => {
    if (explained?.record === record) return explained.diagnosis;
    // A run without a red needs no evidence to say so.
    const calm = diagnose(record, []);
    const diagnosis = calm.state === 'nothing red' ? calm : diagnose(record, records());
    explained = { record, diagnosis };
    return diagnosis;
  };
  const earlier = record.harnessFaults;
  const failures = new WriteFailures();
  const fault = (code: HarnessFault['code'], error: unknown, what: string): void => {
    if (!failures.add(code, error, what)) return;
    const faults = failures.beside(earlier).map((one) => ({ ...one, message: secrets.redact(one.message) }));
    record = { ...record, harnessFaults: faults };
  };
  const unwritten = new Set<string>();
  const attempt = (name: string, content: () => string): void => {
    try {
      writeFreeing(folder, name, redactAround(content(), ours, secrets));
    } catch (error) {
      unwritten.add(name);
      // What an earlier state of the record left here would name another hash.
      folder.remove(name);
      fault(error instanceof HarnessError ? error.code : 'REPORTER_FAILED', error, name);
    }
  };
  const writeAll = (): void => {
    const source = {
      record,
      decision: judge(),
      diagnosis: explain(),
      rules: ruleText,
      evidence: records,
      program,
    };
    for (const { name, content } of reportFiles(source)) if (!unwritten.has(name)) attempt(name, content);
  };
  const ours = textsOf(program);
  if (earlier.some(({ code }) => code === 'DISK_WRITE_FAILED')) {
    // Record and decision come last, when they are final: what is written before them must leave their space.
    folder.removeWork();
    attempt(RESERVE, () => ' '.repeat(RESERVE_SHARE * (sizeOf(record) + sizeOf(judge()))));
  }
  attempt('evidence.ndjson', () => stored);
  // What a clean scan will say: the reports name the hash of the record, so it must not change after them.
  // A merged record brings what the scans of its shards found.
  const before = closing.artifactScan;
  const withBefore = (scan: RunRecord['artifactScan']): RunRecord['artifactScan'] =>
    before.state === 'leak'
      ? { ...scan, state: 'leak', findings: [...before.findings, ...scan.findings] }
      : scan;
  record = {
    ...record,
    artifactScan: withBefore({
      state: 'clean',
      files: [...REPORT_FILE_NAMES, 'decision.json', 'evidence.ndjson', 'run.json'].sort(),
      findings: [],
    }),
  };
  const announced = record;
  writeAll();
  folder.remove(RESERVE);
  try {
    folder.writeDecision(record, judge(), false);
    folder.removeWork();
    const artifactScan = withBefore(scanArtifacts(folder.path, secrets, ours));
    const gone = announced.artifactScan.files.filter(
      (name) => !artifactScan.files.includes(name) && !unwritten.has(name),
    );
    if (gone.length > 0)
      fault('REPORTER_FAILED', new Error(`not in the folder: ${gone.join(', ')}`), 'reports');
    if (!isDeepStrictEqual(artifactScan, record.artifactScan)) record = { ...record, artifactScan };
    if (record !== announced) writeAll();
    folder.writeDecision(record, judge());
  } catch (error) {
    fault('DISK_WRITE_FAILED', error, 'run.json');
    // What the workers wrote is in the record by now: its space may be what the record needs.
    folder.removeWork();
    // Then the space of what is made of the record: the decision is worth more than its renderings.
    for (const name of [null, ...LEAST_NEEDED]) {
      if (name !== null) {
        folder.remove(name);
        fault('DISK_WRITE_FAILED', error, name);
      }
      try {
        folder.writeDecision(record, judge());
        break;
      } catch {
        // Still no space: after the last file the opening record stands, INCONCLUSIVE and running.
      }
    }
  }
  return { record, decision: judge(), diagnosis: explain() };
}

/** Files in the order in which they make room for the record of the run: what can be made again of the others goes first. */
const LEAST_NEEDED = [
  ...REPORT_FILE_NAMES.filter((name) => name !== 'report.md').toReversed(),
  'report.md',
  'evidence.ndjson',
];

/** A file that keeps space, and how much of it: the list of what could not be written makes the record longer. */
const RESERVE = '.reserve';
const RESERVE_SHARE = 1.1;

function sizeOf(value: unknown): number {
  return Buffer.byteLength(readableJson(value), 'utf8');
}

/** Writes a file, on a full disk in the space of the work folder, which has been read by now. @throws {HarnessError} `DISK_WRITE_FAILED`. */
function writeFreeing(folder: RunFolder, name: string, text: string): void {
  try {
    folder.write(name, text, false);
  } catch (error) {
    if (!(error instanceof HarnessError && isDiskFull(error.cause))) throw error;
    folder.removeWork();
    folder.write(name, text, false);
  }
}

/** What the report page is made of beside its data: public, and not redacted, or a word of it in a secret would break its script. */
function textsOf(program: () => PageProgram): readonly string[] {
  try {
    const { script, style } = program();
    return [script, style].filter((text) => text !== '');
  } catch {
    // Whoever writes the page will say so.
    return [];
  }
}

/** Redacts a text but for the parts of it that are ours. */
function redactAround(text: string, ours: readonly string[], secrets: SecretIndex): string {
  const [own, ...others] = ours;
  if (own === undefined) return secrets.redact(text);
  return text
    .split(own)
    .map((part) => redactAround(part, others, secrets))
    .join(own);
}

/** The records of a sealed file. */
function recordsOf(text: string): readonly Evidence[] {
  return text
    .split('\n')
    .flatMap((line) => (line === '' ? [] : [parseEvidenceLine(line, 'evidence.ndjson')]));
}
