import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { RunRecord } from '../../evidence/run-record.ts';
import { sampleCheck, sampleRecord } from '../../evidence/testing/sample-record.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { decide } from '../../gate/decide.ts';
import { tellCiStep } from './ci-step.ts';

/** Tells a step whose files are those, in a folder that holds the summary of the run. */
function told(
  folder: TemporaryFolder,
  record: RunRecord,
  files: { readonly summary: string | null; readonly output: string | null } | null,
): { readonly exitCode: number; readonly said: string } {
  writeFileSync(folder.file('summary.md'), '# GO\n');
  let said = '';
  const exitCode = tellCiStep(
    { record, decision: decide(record), diagnosis: diagnose(record, []) },
    folder.path,
    (text) => (said += text),
    files === null ? null : { summaryFile: files.summary, outputFile: files.output },
  );
  return { exitCode, said };
}

describe('a step of GitHub Actions', () => {
  test('is told the summary and the outputs, behind what stands there', () => {
    using folder = new TemporaryFolder();
    const files = { summary: folder.file('step-summary'), output: folder.file('step-output') };
    for (const path of Object.values(files)) writeFileSync(path, 'before\n');
    const record = sampleRecord();

    expect(told(folder, record, files)).toEqual({ exitCode: 0, said: '' });
    expect(readFileSync(files.summary, 'utf8')).toBe('before\n# GO\n');
    expect(readFileSync(files.output, 'utf8')).toBe(
      `before\ndecision=GO\nexit_code=0\nreport_dir=${folder.path}\nrecord_hash=${decide(record).recordHash}\n`,
    );
  });

  test('does not go on with a GO whose outputs could not be written', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('output'));
    const { exitCode, said } = told(folder, sampleRecord(), {
      summary: null,
      output: folder.file('output'),
    });

    expect(exitCode).toBe(70);
    expect(said).toMatch(/^::error title=no outputs::.*EISDIR.*the decision stands, the exit code is 70\n$/);
  });

  test('keeps the exit code of a NO-GO, outputs or not', () => {
    using folder = new TemporaryFolder();
    const record = sampleRecord({ checks: [sampleCheck('failed')] });
    const output = folder.file('nowhere', 'output');

    expect(told(folder, record, { summary: null, output }).exitCode).toBe(1);
  });

  test('goes on without its summary, which nothing but people read', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('summary'));
    const output = folder.file('output');
    const { exitCode, said } = told(folder, sampleRecord(), { summary: folder.file('summary'), output });

    expect(exitCode).toBe(0);
    expect(said).toMatch(/^warning {3}the job summary could not be written: .*EISDIR/);
    expect(readFileSync(output, 'utf8')).toContain('decision=GO\n');
  });

  test('is told nothing where there is none', () => {
    using folder = new TemporaryFolder();

    expect(told(folder, sampleRecord({ checks: [sampleCheck('failed')] }), null)).toEqual({
      exitCode: 1,
      said: '',
    });
  });
});
