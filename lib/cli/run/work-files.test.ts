import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Evidence } from '../../evidence/evidence.ts';
import { sampleAttempt, samplePlannedCheck } from '../../evidence/testing/sample-record.ts';
import { randomKey } from '../../foundation/random.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { SecretHandover } from '../../foundation/secret-handover.ts';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { readWork, type WorkResults } from './work-files.ts';

const key = randomKey(32);
const note = (id: string, atMs: number): Evidence => ({
  id,
  check: null,
  atMs,
  wallTime: '2026-03-01T10:00:00.000Z',
  body: { kind: 'note', text: id },
});
const started = { line: 'started', id: 'AGENT-01', attempt: 1 };
const ended = { line: 'ended', result: sampleAttempt('passed') };

function write(folder: TemporaryFolder, name: string, lines: readonly unknown[]): void {
  writeFileSync(folder.file(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
const read = (folder: TemporaryFolder, secrets = new SecretIndex()): WorkResults =>
  readWork(folder.path, secrets, key);

describe('work files', () => {
  test('are merged over all writers', () => {
    using folder = new TemporaryFolder();
    const observer = { line: 'observer', eventLoopLagP99Ms: 5, eventLoopLagMaxMs: 9, samples: 10 };
    write(folder, 'results-w1.ndjson', [
      { line: 'declared', check: samplePlannedCheck() },
      started,
      ended,
      observer,
    ]);
    write(folder, 'results-w2.ndjson', [
      { line: 'fault', code: 'PLAN_DRIFT', message: 'another definition', next: null },
      { ...observer, eventLoopLagP99Ms: 40, samples: 2 },
    ]);
    write(folder, 'ledger-w1.ndjson', [note('w1-1', 3), note('w1-2', 7)]);
    write(folder, 'ledger-m.ndjson', [note('m-1', 5)]);

    const work = read(folder);

    expect(work).toMatchObject({
      declared: [{ id: 'AGENT-01' }],
      results: [{ id: 'AGENT-01', verdict: 'passed' }],
      unfinished: [],
      faults: [{ code: 'PLAN_DRIFT', message: 'another definition' }],
      observer: { eventLoopLagP99Ms: 40, eventLoopLagMaxMs: 9, samples: 12 },
    });
    expect(work.evidence.map(({ id }) => id)).toEqual(['w1-1', 'm-1', 'w1-2']);
  });

  test('keep the order of a writer for records of the same moment', () => {
    using folder = new TemporaryFolder();
    const ids = Array.from({ length: 12 }, (_, at) => `w1-${at + 1}`);
    write(
      folder,
      'ledger-w1.ndjson',
      ids.map((id) => note(id, 4)),
    );

    expect(read(folder).evidence.map(({ id }) => id)).toEqual(ids);
  });

  test('lose no more than the last line that a kill cut short', () => {
    using folder = new TemporaryFolder();
    write(folder, 'results-w1.ndjson', [started]);
    appendFileSync(folder.file('results-w1.ndjson'), JSON.stringify(ended).slice(0, -9));
    write(folder, 'ledger-w1.ndjson', [note('w1-1', 1)]);
    appendFileSync(folder.file('ledger-w1.ndjson'), '{"id":"w1-2","che');

    expect(read(folder)).toMatchObject({
      results: [],
      unfinished: ['AGENT-01'],
      faults: [],
      evidence: [{ id: 'w1-1' }],
    });
  });

  test('leave a check unfinished whose second attempt never ended', () => {
    using folder = new TemporaryFolder();
    write(folder, 'results-w1.ndjson', [started, ended, { ...started, attempt: 2 }]);

    expect(read(folder).unfinished).toEqual(['AGENT-01']);
  });

  test.each([
    ['results-w1.ndjson', 'not JSON'],
    ['results-w1.ndjson', '{"line":"ended"}'],
    [
      'results-w1.ndjson',
      JSON.stringify({
        ...ended,
        result: { ...ended.result, evidence: { ok: true, observed: [], refs: [] } },
      }),
    ],
    ['ledger-w1.ndjson', '{"id":'],
    ['ledger-w1.ndjson', '{"id":"w1-9"}'],
    ['secrets-w1', 'bm90IG91cnM='],
  ])('are a fault of the harness when %s is broken in the middle: %s', (name, line) => {
    using folder = new TemporaryFolder();
    write(folder, 'results-w0.ndjson', [ended]);
    write(folder, name, []);
    appendFileSync(folder.file(name), `${line}\n`);
    appendFileSync(
      folder.file(name),
      `${JSON.stringify(name.startsWith('ledger') ? note('w1-1', 1) : started)}\n`,
    );

    const work = read(folder);

    expect(work.faults).toEqual([
      { code: 'LEDGER_UNREADABLE', message: expect.stringContaining(name), next: null },
    ]);
    expect(work.results).toHaveLength(1);
  });

  test('hand the secrets of a worker to the artifact scan, and are a fault when they cannot be read', () => {
    using folder = new TemporaryFolder();
    new SecretHandover(folder.file('secrets-w1'), key).add('Zq7Lw2Xv9Kp4Rt6Y', 'token of user-1');
    const secrets = new SecretIndex();

    expect(read(folder, secrets).faults).toEqual([]);
    expect(secrets.find('it said Zq7Lw2Xv9Kp4Rt6Y')).toHaveLength(1);
    expect(readWork(folder.path, new SecretIndex(), randomKey(32)).faults).toMatchObject([
      { code: 'LEDGER_UNREADABLE' },
    ]);
  });

  test('are empty, without a fault, when no worker came to write any', () => {
    using folder = new TemporaryFolder();
    mkdirSync(folder.file('empty'));

    expect(readWork(folder.file('none'), new SecretIndex(), key)).toEqual(
      readWork(folder.file('empty'), new SecretIndex(), key),
    );
    expect(readWork(folder.file('none'), new SecretIndex(), key)).toMatchObject({ results: [], faults: [] });
  });
});
