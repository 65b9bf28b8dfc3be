import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RunRecord } from '../../evidence/run-record.ts';
import { sampleRecord } from '../../evidence/testing/sample-record.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { decide } from '../../gate/decide.ts';
import { createRunId, RunFolder } from './run-folder.ts';

const running = sampleRecord({ state: 'running' });
const open = (folder: RunFolder, record: RunRecord = running): void => folder.open(record, decide(record));
const latest = (folder: TemporaryFolder): string => readlinkSync(folder.file('latest'));
const read = (...path: readonly string[]): unknown => JSON.parse(readFileSync(path.join('/'), 'utf8'));

describe('run folder', () => {
  test('shows a run that goes on as INCONCLUSIVE from its first moment, and what was before no more', () => {
    using reports = new TemporaryFolder();
    open(new RunFolder(reports.path, 'yesterday'), sampleRecord());
    expect(read(reports.path, 'latest', 'decision.json')).toMatchObject({ decision: 'GO' });

    open(new RunFolder(reports.path, 'today'));

    expect(latest(reports)).toBe('today');
    expect(read(reports.path, 'latest', 'decision.json')).toMatchObject({
      decision: 'INCONCLUSIVE',
      state: 'running',
    });
    expect(read(reports.path, 'yesterday', 'decision.json')).toMatchObject({ decision: 'GO' });
  });

  test('gives latest to the later start, also when the earlier one ends last', () => {
    using reports = new TemporaryFolder();
    const [early, late] = [new RunFolder(reports.path, 'early'), new RunFolder(reports.path, 'late')];
    open(early);
    open(late);
    early.writeDecision(sampleRecord(), decide(sampleRecord()));

    expect([early.ownsLatest(), late.ownsLatest()]).toEqual([false, true]);
    expect(latest(reports)).toBe('late');
    expect(read(reports.path, 'early', 'decision.json')).toMatchObject({ decision: 'GO' });
  });

  test('replaces the link in one step: nothing is left beside it, and it was never away', () => {
    using reports = new TemporaryFolder();
    open(new RunFolder(reports.path, 'one'));
    const inode = lstatSync(reports.file('latest')).ino;
    // What a killed run of the same process id may have left.
    symlinkSync('nowhere', reports.file(`latest.${process.pid}`));
    open(new RunFolder(reports.path, 'two'));

    expect(lstatSync(reports.file('latest')).ino).not.toBe(inode);
    expect(readdirSync(reports.path).toSorted()).toEqual(['latest', 'one', 'two']);
  });

  test('removes latest when its first record cannot be written', () => {
    using reports = new TemporaryFolder();
    open(new RunFolder(reports.path, 'yesterday'), sampleRecord());
    const folder = new RunFolder(reports.path, 'today');
    symlinkSync('/dev/full', `${folder.path}/run.json.${process.pid}.tmp`);

    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'DISK_WRITE_FAILED' }));
    expect(readdirSync(reports.path)).not.toContain('latest');
    expect(folder.ownsLatest()).toBe(false);
  });

  test('removes latest when its folder cannot be made', () => {
    using reports = new TemporaryFolder();
    open(new RunFolder(reports.path, 'yesterday'), sampleRecord());
    writeFileSync(reports.file('today'), 'a file in the way');

    expect(() => new RunFolder(reports.path, 'today')).toThrow(
      expect.objectContaining({ code: 'DISK_WRITE_FAILED' }),
    );
    expect(readdirSync(reports.path)).not.toContain('latest');
  });

  test('writes the record as text that does not depend on the order of its keys', () => {
    using reports = new TemporaryFolder();
    const folder = new RunFolder(reports.path, 'one');
    open(folder);

    expect(readFileSync(`${folder.path}/run.json`, 'utf8')).toBe(readableJson(running));
  });

  test('removes what the workers wrote once it is merged', () => {
    using reports = new TemporaryFolder();
    const folder = new RunFolder(reports.path, 'one');
    mkdirSync(`${folder.work}/deep`);
    folder.removeWork();
    folder.removeWork();

    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('run id', () => {
  test('sorts by start and names the environment', () => {
    expect(createRunId(new Date('2026-03-01T10:00:00.123Z'), 'staging', '0a1b2c')).toBe(
      '20260301T100000Z-staging-0a1b2c',
    );
  });
});
