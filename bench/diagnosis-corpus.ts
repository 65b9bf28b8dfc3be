import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeProofPolicy } from '../lib/cli/proof/proof-policy.ts';
import { ProofProcess } from '../lib/cli/proof/proof-process.ts';
import { parseEvidenceLine } from '../lib/evidence/evidence-line.ts';
import type { Evidence } from '../lib/evidence/evidence.ts';
import type { PlannedCheck } from '../lib/evidence/plan.ts';
import { type RunRecord, runRecordSchema } from '../lib/evidence/run-record.ts';
import { describeError } from '../lib/foundation/errors.ts';
import { faultName } from '../lib/proof/expectation.ts';
import { checksOf, type Recording } from './diagnosis-plan.ts';

/** All that a diagnosis reads; reports are taken away. */
const KEPT: readonly string[] = ['run.json', 'evidence.ndjson'];

/** One recorded run. */
export interface RecordedRun {
  readonly recording: Recording;
  readonly record: RunRecord;
  readonly evidence: readonly Evidence[];
}

export interface RecordingOptions {
  readonly root: string;
  readonly corpus: string;
  readonly plan: readonly PlannedCheck[];
  readonly jobs: number;
  /** No recording is begun later than this; the rest is left for the next slice. */
  readonly untilMs: number;
  readonly say: (line: string) => void;
}

/**
 * Records what the corpus does not hold yet: a fresh backend with the faults of each recording, the checks of their proofs and all
 * blockers, and the separating probes. Returns how many are still missing.
 */
export async function record(recordings: readonly Recording[], options: RecordingOptions): Promise<number> {
  mkdirSync(options.corpus, { recursive: true });
  const waiting = recordings.filter((recording) => !isRecorded(options.corpus, recording));
  const total = waiting.length;
  await Promise.all(
    Array.from({ length: options.jobs }, async () => {
      using worker = new ProofProcess(options.root);
      while (performance.now() < options.untilMs) {
        const recording = waiting.shift();
        if (recording === undefined) break;
        await recordOne(worker, recording, options);
        if ((total - waiting.length) % 50 === 0)
          options.say(`recorded ${total - waiting.length} of ${total}`);
      }
    }),
  );
  return waiting.length;
}

async function recordOne(
  worker: ProofProcess,
  recording: Recording,
  { root, corpus, plan, say }: RecordingOptions,
): Promise<void> {
  const { entries, seed, name } = recording;
  const folder = join(corpus, name);
  rmSync(folder, { recursive: true, force: true });
  const policy = writeProofPolicy(
    { root, plan, name: 'diagnosis', checks: checksOf(recording, plan) },
    folder,
  );
  const settings = entries.find((entry) => entry.settings !== null)?.settings ?? null;
  const faults = entries.filter((entry) => entry.settings === null).map(({ fault }) => fault);
  try {
    const reply = await worker.ask({
      flags: {
        seed: String(seed),
        out: folder,
        policy,
        ...(faults.length === 0 ? {} : { fault: faults }),
        ...(settings === null ? {} : { env: 'target' }),
      },
      fault: null,
      settings,
    });
    if (!isRecorded(corpus, recording)) throw new TypeError(reply.output.trim());
    const run = latest(corpus, recording);
    for (const file of run === null ? [] : readdirSync(run)) {
      if (!KEPT.includes(file)) rmSync(join(run ?? '', file), { recursive: true, force: true });
    }
  } catch (error) {
    say(`not recorded: ${name}: ${describeError(error)}`);
  }
}

function latest(corpus: string, { name }: Recording): string | null {
  const folder = join(corpus, name, 'latest');
  return KEPT.every((file) => existsSync(join(folder, file))) ? folder : null;
}

function isRecorded(corpus: string, recording: Recording): boolean {
  const folder = latest(corpus, recording);
  return folder !== null && recordIn(folder) !== null;
}

function recordIn(folder: string): RunRecord | null {
  const parsed = runRecordSchema.safeParse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
  return parsed.success && parsed.data.state === 'complete' ? parsed.data : null;
}

/** Reads a recorded run; null when it was never recorded, by another version, or did not come to its end. */
export function readRun(corpus: string, recording: Recording): RecordedRun | null {
  const folder = latest(corpus, recording);
  const record = folder === null ? null : recordIn(folder);
  if (folder === null || record === null) return null;
  return { recording, record, evidence: linesOf(readFileSync(join(folder, 'evidence.ndjson'), 'utf8')) };
}

/**
 * The same run with every check under another id and every fault under another name, wherever a record holds one: no label
 * may depend on them. `named` tells whether the record or its evidence held the name of a fault that was on.
 */
export function renamed({ recording, record, evidence }: RecordedRun): {
  readonly run: RecordedRun;
  readonly named: boolean;
} {
  const ids = new Map(record.checks.map(({ id }, at) => [id, otherId(at)]));
  const faults = recording.entries.map((entry) => faultName(entry));
  const words = new RegExp(`(?<![\\w-])(?:${faults.join('|')})(?![\\w-])`, 'g');
  let named = false;
  const rename = (text: string): string =>
    text
      .replaceAll(CHECK_ID, (id) => ids.get(id) ?? id)
      .replaceAll(words, () => {
        named = true;
        return 'renamed';
      });
  const run = {
    recording,
    record: runRecordSchema.parse(JSON.parse(rename(JSON.stringify(record)))),
    evidence: linesOf(rename(evidence.map((one) => JSON.stringify(one)).join('\n'))),
  };
  return { run, named };
}

const CHECK_ID = /(?<=")[A-Z]+(?:-[A-Z]+)*-\d{2}(?=")/g;

function otherId(at: number): string {
  return `ZZ-${String.fromCodePoint(65 + Math.floor(at / 100))}-${String(at % 100).padStart(2, '0')}`;
}

function linesOf(text: string): readonly Evidence[] {
  return text.split('\n').flatMap((line) => (line === '' ? [] : [parseEvidenceLine(line, 'the corpus')]));
}
