import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runRecordSchema } from '../../evidence/run-record.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { decide } from '../../gate/decide.ts';
import { recordRefusal, refusedDecision, refusedRecord } from './refusal.mjs';

const root = join(import.meta.dirname, '../../..');
const refusal = { root, code: 'USAGE', message: 'unknown flag --bogus', next: 'run --help' };
const facts = { ...refusal, runId: '20260301T100000Z-refused-0a1b2c', at: '2026-03-01T10:00:00.000Z' };
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.c2lnbmF0dXJlLW9mLWl0';

const readJson = (...path: readonly string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));

describe('refusal', () => {
  test('has the record and the decision that the gate gives it, byte for byte', () => {
    const record = refusedRecord(facts);
    const judged = decide(runRecordSchema.parse(record));

    expect(JSON.stringify(refusedDecision(record), null, 2)).toBe(JSON.stringify(judged, null, 2));
    expect(judged).toMatchObject({ decision: 'INCONCLUSIVE', state: 'final', exitCode: 64 });
  });

  test('takes latest away from an older GO', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('yesterday'));
    writeFileSync(folder.file('yesterday', 'decision.json'), '{"decision":"GO"}');
    symlinkSync('yesterday', folder.file('latest'));

    const written = recordRefusal({ ...refusal, words: ['--bogus', '--out', folder.path] });

    expect(written).toBe(folder.file(readlinkSync(folder.file('latest'))));
    expect(readJson(folder.path, 'latest', 'decision.json')).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 64,
    });
    expect(readJson(folder.path, 'latest', 'run.json')).toMatchObject({
      state: 'refused',
      warnings: ['USAGE: unknown flag --bogus. Next: run --help'],
    });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('latest.'))).toEqual([]);
  });

  test.each([
    ['--out=DIR', (path: string) => [`--out=${path}`]],
    ['--out DIR', (path: string) => ['--suite', '--out', path]],
  ])('writes where %s says, however broken the other words are', (_form, words) => {
    using folder = new TemporaryFolder();

    expect(recordRefusal({ ...refusal, words: words(folder.file('deep', 'reports')) })).toContain(
      folder.file('deep', 'reports'),
    );
  });

  test('is told in each folder that was asked for, and in no other', () => {
    using folder = new TemporaryFolder();
    const [first, second, npms] = [folder.file('first'), folder.file('second'), folder.file('npms')];

    expect(
      recordRefusal({
        ...refusal,
        words: ['run', `--out=${first}`, '--out', second],
        environment: { npm_config_out: npms },
      }),
    ).toContain(first);
    for (const reports of [first, second, npms]) {
      expect(readJson(reports, 'latest', 'decision.json')).toMatchObject({ exitCode: 64 });
    }
  });

  test('removes latest when nothing can be written', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('yesterday'));
    // A folder in the place of the link's temporary name: the link cannot be made.
    mkdirSync(folder.file(`latest.${process.pid}`, 'x'), { recursive: true });
    symlinkSync('yesterday', folder.file('latest'));

    expect(recordRefusal({ ...refusal, words: [`--out=${folder.path}`] })).toBeNull();
    expect(readdirSync(folder.path)).not.toContain('latest');
  });

  test('shows no token that was pasted into the command line', () => {
    const record = refusedRecord({ ...facts, message: `expected a number, got ${TOKEN}` });

    expect(JSON.stringify(record)).not.toMatch(/eyJ|c2lnbmF0/);
    expect(record.warnings[0]).toContain('[redacted jwt-shape]');
  });
});
