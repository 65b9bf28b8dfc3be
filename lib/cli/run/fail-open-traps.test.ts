import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decide } from '../../gate/decide.ts';
import { MemoryLedger } from '../../http/memory-ledger.ts';
import { REPORT_FILE_NAMES } from '../../reporting/report-files.ts';
import { openConnection } from '../../ws/opening-handshake.ts';
import { awaitWelcome } from '../../ws/welcome.ts';
import { type ProgramResult, readDecision, readRecord, runStagegate } from '../testing/project-copy.ts';
import { storeShard } from '../testing/stored-shard.ts';

// The traps of moonshots.md §7.2 that need a whole program, or its files; the others: lib/gate/fail-open-traps.test.ts.

const base = mkdtempSync(join(tmpdir(), 'stagegate-traps-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Runs a part of the plan against the embedded backend; what it exits with must be what its decision says. */
async function runPart(
  name: string,
  ...words: readonly string[]
): Promise<ProgramResult & { readonly folder: string; readonly verdicts: Readonly<Record<string, string>> }> {
  const out = join(base, name);
  const result = await runStagegate(undefined, ['run', ...words, '--no-probes', '--out', out]);
  const folder = realpathSync(join(out, 'latest'));
  const { checks } = readRecord(folder);
  expect(readDecision(folder).exitCode, result.output).toBe(result.code);
  return { ...result, folder, verdicts: Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict])) };
}

describe('traps in which a program fails open', { timeout: 60_000 }, () => {
  let smoke = '';
  beforeAll(async () => {
    ({ folder: smoke } = await runPart('smoke', '--smoke'));
  }, 60_000);

  test.each([
    ['no file', null],
    ['an empty file', ''],
    ['an empty object', '{}'],
    ['half a file', '{ "schema": 1, "runId": "x"'],
  ])('F4: no decision is derived from %s where the record should be', async (name, text) => {
    const folder = join(base, `record-${name}`);
    cpSync(smoke, folder, { recursive: true });
    if (text === null) rmSync(join(folder, 'run.json'));
    else writeFileSync(join(folder, 'run.json'), text);

    for (const words of [
      ['replay', folder],
      ['merge', folder, '--out', join(base, 'none')],
      ['compare', smoke, folder],
    ]) {
      const { code, output } = await runStagegate(undefined, words);
      expect([64, 70], output).toContain(code);
      expect(output).not.toMatch(/^(CONDITIONAL )?GO\b/m);
    }
  });

  test('F5: a policy that asks for nothing is refused before the first packet', async () => {
    const file = join(base, 'nothing.json');
    writeFileSync(file, '{ "schema": 1, "name": "nothing", "checks": [] }');
    const { code, output, folder } = await runPart('nothing', '--policy', file);

    expect(code).toBe(64);
    expect(output).toContain('line 1, column 35: checks');
    expect(readRecord(folder)).toMatchObject({ state: 'refused', evidence: { records: 0 } });
  });

  test('F9: a rule whose metric was not measured in this run blocks it by name', async () => {
    const policy = {
      ...JSON.parse(readFileSync('fixtures/policies/smoke.json', 'utf8')),
      name: 'hungry',
      thresholds: [
        { metric: 'readiness answer', operator: '<=', limit: 10_000, unit: 'ms', minSamples: 500 },
      ],
    };
    const file = join(base, 'hungry.json');
    writeFileSync(file, JSON.stringify(policy));
    const { code, output } = await runPart('hungry', '--policy', file);

    expect(code, output).toBe(3);
    expect(readFileSync(join(base, 'hungry/latest/report.md'), 'utf8')).toMatch(
      /threshold undecided: readiness answer: .+, got \d samples/,
    );
  });

  test('F10: a stream that is cut short is red, though nothing in it was wrong', async () => {
    const { code, verdicts } = await runPart(
      'truncated',
      '--check',
      'PRE-13',
      '--fault',
      'truncates-run',
      '--time-scale',
      '0.02',
    );

    expect(verdicts['PRE-13']).toBe('failed');
    expect(code).toBe(1);
  });

  test.each(['evidence.ndjson', 'junit.xml', 'decision.json'])(
    'F11: a run without its %s is not a run that passed',
    async (name) => {
      const folder = join(base, `without-${name}`);
      cpSync(smoke, folder, { recursive: true });
      rmSync(join(folder, name));
      const { code, output } = await runStagegate(undefined, ['replay', folder]);

      expect(code, output).toBe(3);
      expect(output).toContain('ALTERED');
    },
  );

  test.each([
    [
      'a minor red made green',
      (text: string) => text.replaceAll('"verdict": "failed"', '"verdict": "passed"'),
    ],
    ['a figure made better', (text: string) => text.replace(/"mean": [\d.]+/, '"mean": 0.5')],
  ])('F25: an edited record is found though the decision beside it is gone: %s', async (name, edit) => {
    const shard = storeShard(join(base, `F25 ${name}`), []);
    const text = readFileSync(join(smoke, 'run.json'), 'utf8');
    const whole = join(base, `F25 whole ${name}`);
    cpSync(smoke, whole, { recursive: true });
    writeFileSync(join(whole, 'run.json'), edit(text));
    for (const folder of [shard, whole]) rmSync(join(folder, 'decision.json'));

    for (const words of [
      ['replay', whole],
      ['merge', shard, '--out', join(base, 'F25 out')],
    ]) {
      const { code, output } = await runStagegate(undefined, words);
      expect(code, output).toBe(3);
      expect(output).toContain('decision.json: missing');
    }
    for (const words of [
      ['compare', smoke, whole],
      ['run', '--smoke', '--baseline', whole, '--out', join(base, 'F25 baseline')],
    ]) {
      const { code, output } = await runStagegate(undefined, words);
      expect(code, output).toBe(64);
      expect(output).toContain('decision.json: missing');
    }
  });

  test('F26: a record and a decision that were both made again are found by the hash that the log kept', async () => {
    const folder = storeShard(join(base, 'F26'), []);
    const { recordHash } = readDecision(folder);
    const other = recordHash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    const judge = async (...words: readonly string[]): Promise<ProgramResult> =>
      runStagegate(undefined, ['merge', folder, '--out', join(base, 'F26 out'), ...words]);

    expect((await judge('--expect-record', recordHash)).code).toBe(0);
    expect(await judge('--expect-record', other)).toMatchObject({
      code: 3,
      output: expect.stringContaining('which --expect-record does not name'),
    });
    expect((await judge('--expect-record', 'yes')).code).toBe(64);
  });

  test('F27: a file that no run wrote is named, so that nobody takes it for one of the run', async () => {
    const folder = join(base, 'foreign');
    cpSync(smoke, folder, { recursive: true });
    expect((await runStagegate(undefined, ['replay', folder])).code).toBe(0);
    writeFileSync(join(folder, 'release-approval.md'), 'GO\n');
    mkdirSync(join(folder, 'more'));
    const { code, output } = await runStagegate(undefined, ['replay', folder]);

    expect(code, output).toBe(3);
    expect(output).toContain('release-approval.md: no file of this run');
    expect(output).toContain('more/: no file of this run');
  });

  test('F28: a policy cannot take the name of a built-in one', async () => {
    const file = join(base, 'smoke.json');
    const policy = JSON.parse(readFileSync('fixtures/policies/smoke.json', 'utf8'));
    writeFileSync(file, JSON.stringify({ ...policy, maxUnknowns: 100, thresholds: undefined }));
    const { code, output } = await runPart('named-smoke', '--policy', file);

    expect(code).toBe(64);
    expect(output).toContain('name: expected a name of its own, got smoke');
  });

  test.each(['proxy-strips-authorization', 'transport-not-served=jwt', 'transport-not-served=environment'])(
    'F29: the short plan is not green where a documented way of authentication does not work: %s',
    async (fault) => {
      const { code, verdicts } = await runPart(`smoke ${fault}`, '--smoke', '--fault', fault);

      expect(code).toBe(1);
      expect(Object.values(verdicts).filter((verdict) => verdict === 'failed')).toHaveLength(1);
    },
  );

  test('F11: a report file that is not there when the run ends makes it exit 70', async () => {
    const part = storeShard(join(base, 'shard'), []);
    const merge = async (out: string): Promise<ProgramResult> =>
      runStagegate(undefined, ['merge', part, '--out', join(base, out)]);
    const whole = await merge('all-files');
    // The same parts make a run of the same name: where its file should go, something else stands.
    const name = basename(realpathSync(join(base, 'all-files/latest')));
    mkdirSync(join(base, 'no-junit', name, 'junit.xml'), { recursive: true });
    const lost = await merge('no-junit');
    const { harnessFaults } = readRecord(join(base, 'no-junit', name));

    expect(whole.code, whole.output).toBe(0);
    expect(lost.code, lost.output).toBe(70);
    expect(readDecision(join(base, 'no-junit', name))).toMatchObject({
      decision: 'INCONCLUSIVE',
      exitCode: 70,
    });
    expect(harnessFaults.map(({ code, message }) => [code, message])).toEqual([
      ['DISK_WRITE_FAILED', expect.stringMatching(/^junit\.xml: /)],
    ]);
  });

  test('F12: every message that crossed the wire is in the record, as the other side counts them', async () => {
    const ledger = new MemoryLedger();
    const control = 'control-key-of-this-unit-test-0123456789';
    const child = spawn(
      process.execPath,
      [
        'lib/cli/launch/run-typescript.mjs',
        'fixtures/reference-backend/main.ts',
        '--time-scale',
        '0.02',
        '--exit-with-parent',
      ],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: {
          PATH: process.env['PATH'],
          JWT_SECRET_KEY: 'signing-key-of-this-unit-test-0123456789',
          E2E_OAUTH_SIMULATION_KEY: 'bypass-key-of-this-unit-test-0123456789',
          CONTROL_KEY: control,
        },
      },
    );
    const [line] = z.tuple([z.string()]).parse(await once(createInterface(child.stdout), 'line'));
    const ready = z.object({ websocketUrl: z.string(), controlUrl: z.string() }).parse(JSON.parse(line));
    const { signal } = new AbortController();
    const opened = await openConnection({
      url: ready.websocketUrl,
      token: null,
      authTransport: 'none',
      runId: 'run-1',
      recorder: ledger.recorder,
      budgetMs: 5_000,
      signal,
    });
    if (opened.kind !== 'open') throw new Error(`expected an open connection, got ${opened.kind}`);
    // Refused by a frame and a close: what arrives between two steps of ours must not be lost.
    await awaitWelcome(opened.connection, { budgetMs: 2_000, signal });
    const closed = await opened.connection.closed;
    const answer = await fetch(`${ready.controlUrl}/stats`, { headers: { 'X-Control-Key': control } });
    const stats = z
      .looseObject({ messagesIn: z.number(), messagesOut: z.number() })
      .parse(await answer.json());
    child.stdin.end();
    const going = (direction: 'in' | 'out'): number =>
      ledger.bodies('ws.message').filter((body) => body.direction === direction).length;

    expect(stats.messagesOut).toBeGreaterThan(0);
    expect([going('in'), going('out')]).toEqual([stats.messagesOut, stats.messagesIn]);
    expect(closed).toMatchObject({ code: 1008, messagesIn: stats.messagesOut });
    expect(ledger.bodies('ws.close')).toHaveLength(1);
  });

  test('F14: silence is said as silence and completes nothing', async () => {
    const { code, folder, verdicts } = await runPart(
      'silence',
      '--check',
      'PRE-13',
      '--fault',
      'stalls-after-started',
      '--time-scale',
      '0.02',
    );
    const turns = readFileSync(join(folder, 'evidence.ndjson'), 'utf8')
      .split('\n')
      .filter((text) => text.includes('"kind":"chat.turn"'));

    expect(turns.length).toBeGreaterThan(0);
    expect(turns.every((text) => /"ended":"(silence|deadline)"/.test(text))).toBe(true);
    expect(verdicts['PRE-13']).not.toBe('passed');
    expect([1, 3]).toContain(code);
  });

  test('F15: a run that is refused leaves no older GO behind as the latest', async () => {
    const out = join(base, 'stale');
    mkdirSync(out);
    cpSync(smoke, join(out, '20260101T000000Z-local-000000'), { recursive: true });
    const { code } = await runStagegate(undefined, ['run', '--no-such-flag', '--out', out]);

    expect(code).toBe(64);
    expect(readDecision(join(out, 'latest')).decision).toBe('INCONCLUSIVE');
  });

  test('F19: what is printed, written and exited with is one decision', async () => {
    const { code, output, folder } = await runPart('red', '--smoke', '--fault', 'drop-tool-completed');
    const record = readRecord(folder);

    expect(code).toBe(1);
    expect(readDecision(folder).decision).toBe('NO_GO');
    expect(output).toMatch(/^NO-GO /m);
    expect(decide(record).exitCode).toBe(code);
  });

  test('F20: a service that says unhealthy is red, and a wait that runs out fails', async () => {
    const { code, verdicts } = await runPart(
      'unhealthy',
      '--check',
      'PRE-03',
      '--fault',
      'health-says-unhealthy',
    );
    const doctor = await runStagegate(undefined, [
      'doctor',
      '--wait',
      '1',
      '--fault',
      'health-says-unhealthy',
    ]);

    expect([code, verdicts['PRE-03']]).toEqual([1, 'failed']);
    expect(doctor.code, doctor.output).not.toBe(0);
  });

  test('the names of all report files are those that a run leaves', () => {
    const record = readRecord(smoke);

    for (const name of REPORT_FILE_NAMES) expect(record.artifactScan.files).toContain(name);
  });
});
