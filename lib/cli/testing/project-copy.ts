import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RunRecord, runRecordSchema } from '../../evidence/run-record.ts';

/** Scripts of package.json run in the project's folder, bundled or not. */
const PROJECT = process.cwd();

export interface ProgramResult {
  readonly code: number | null;
  readonly output: string;
}

/** A copy of the project with suites of its own, so that what goes wrong in a suite is tried on the real runner. */
export class ProjectCopy implements Disposable {
  readonly root: string;

  constructor(specs: Readonly<Record<string, string>>) {
    this.root = mkdtempSync(join(tmpdir(), 'stagegate-copy-'));
    cpSync(join(PROJECT, 'lib'), join(this.root, 'lib'), { recursive: true });
    cpSync(join(PROJECT, 'fixtures'), join(this.root, 'fixtures'), { recursive: true });
    for (const file of ['package.json', 'tsconfig.json']) cpSync(join(PROJECT, file), join(this.root, file));
    symlinkSync(join(PROJECT, 'node_modules'), join(this.root, 'node_modules'));
    // Limits of the shipped policy stand on checks that are not here.
    const policy = { schema: 1, name: 'default', checks: 'all', revision: 'required' };
    this.write(
      'fixtures/policies/default.json',
      JSON.stringify({ ...policy, missingCapabilities: [], observer: { maxEventLoopLagP99Ms: 250 } }),
    );
    for (const [name, text] of Object.entries(specs)) this.write(`suites/${name}`, text);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Runs `stagegate` here. @param onStart receives the process id, to signal it. */
  async stagegate(
    words: readonly string[],
    onStart: (pid: number) => void = () => {},
  ): Promise<ProgramResult> {
    return runStagegate(this.root, words, onStart);
  }

  record(): RunRecord {
    return readRecord(join(this.root, 'reports/latest'));
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Runs `stagegate` of a project as a process of its own. */
export async function runStagegate(
  root: string = PROJECT,
  words: readonly string[],
  onStart: (pid: number) => void = () => {},
  environment: Readonly<Record<string, string>> = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'lib/cli/stagegate.mjs'), ...words], {
      cwd: root,
      env: { PATH: process.env['PATH'] ?? '', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
    onStart(child.pid ?? -1);
  });
}

/** Reads and validates the record of a run. */
export function readRecord(folder: string): RunRecord {
  return runRecordSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
}

/** Reads the decision word, exit code and record hash of a run. */
export function readDecision(folder: string): {
  readonly decision: string;
  readonly exitCode: number;
  readonly state: string;
  readonly recordHash: string;
} {
  const value: unknown = JSON.parse(readFileSync(join(folder, 'decision.json'), 'utf8'));
  if (
    typeof value !== 'object' ||
    value === null ||
    !('decision' in value) ||
    !('exitCode' in value) ||
    !('state' in value) ||
    !('recordHash' in value)
  ) {
    throw new TypeError(`expected a decision in ${folder}`);
  }
  return {
    decision: String(value.decision),
    exitCode: Number(value.exitCode),
    state: String(value.state),
    recordHash: String(value.recordHash),
  };
}
