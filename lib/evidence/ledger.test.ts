import { describe, expect, test } from 'vitest';
import type { Clock } from '../foundation/clock.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import type { Evidence } from './evidence.ts';
import { parseEvidenceLine } from './evidence-line.ts';
import { Ledger } from './ledger.ts';

const runStartedAt = new Date('2026-03-01T10:00:00.000Z');

class ManualClock implements Clock {
  ms = 0;
  now(): number {
    return 5_000 + this.ms;
  }
  wallTime(): Date {
    return new Date(runStartedAt.getTime() + 250 + this.ms);
  }
}

interface Written {
  readonly ledger: Ledger;
  readonly clock: ManualClock;
  readonly chunks: string[];
  records(): readonly Evidence[];
}

function aLedger(
  options: { readonly flushAt?: number; readonly redact?: (line: string) => string } = {},
): Written {
  const clock = new ManualClock();
  const chunks: string[] = [];
  const ledger = new Ledger({
    writer: 'w1',
    sink: (lines) => void chunks.push(lines.toString('utf8')),
    redact: options.redact ?? ((line) => line),
    runStartedAt,
    clock,
    ...(options.flushAt === undefined ? {} : { flushAt: options.flushAt }),
  });
  return {
    ledger,
    clock,
    chunks,
    records: () =>
      chunks
        .join('')
        .split('\n')
        .slice(0, -1)
        .map((line) => parseEvidenceLine(line, 'test')),
  };
}

describe('ledger', () => {
  test('numbers the records of all its recorders in the order in which they were made', () => {
    const { ledger, records } = aLedger();
    const [one, run, two] = [ledger.recorder('A-01'), ledger.recorder(null), ledger.recorder('B-01')];
    const ids = [one, run, two, one].map((recorder, at) => recorder.record({ kind: 'note', text: `n${at}` }));
    ledger.flush();

    expect(ids).toEqual(['w1-1', 'w1-2', 'w1-3', 'w1-4']);
    expect(records().map(({ id, check, body }) => [id, check, body])).toEqual([
      ['w1-1', 'A-01', { kind: 'note', text: 'n0' }],
      ['w1-2', null, { kind: 'note', text: 'n1' }],
      ['w1-3', 'B-01', { kind: 'note', text: 'n2' }],
      ['w1-4', 'A-01', { kind: 'note', text: 'n3' }],
    ]);
    expect(one.seen().map(({ id }) => id)).toEqual(['w1-1', 'w1-4']);
  });

  test('counts time from the start of the run, so that several writers share an origin', () => {
    const { ledger, clock, records } = aLedger();
    clock.ms = 1_000.25;
    ledger.recorder(null).record({ kind: 'note', text: 'late' });
    ledger.flush();

    expect(records()[0]).toMatchObject({ atMs: 1_250.25, wallTime: '2026-03-01T10:00:01.250Z' });
  });

  test('writes at once when enough is pending, and the rest soon after', async () => {
    const { ledger, chunks, records } = aLedger({ flushAt: 3 });
    const recorder = ledger.recorder(null);
    for (let n = 0; n < 4; n += 1) recorder.record({ kind: 'note', text: String(n) });
    expect(chunks).toHaveLength(1);
    expect(records()).toHaveLength(3);

    await expect.poll(() => records().length).toBe(4);
    ledger.flush();
    expect(chunks).toHaveLength(2);
  });

  test('writes whole lines only', () => {
    const { ledger, chunks } = aLedger();
    ledger.recorder(null).record({ kind: 'note', text: 'two\nlines' });
    ledger.recorder(null).record({ kind: 'note', text: 'one' });
    ledger.flush();

    expect(chunks.join('').split('\n')).toHaveLength(3);
    expect(chunks.every((chunk) => chunk.endsWith('\n'))).toBe(true);
  });

  test('removes secrets from every line, also those recorded before the secret was known', () => {
    const secrets = new SecretIndex();
    const { ledger, chunks, records } = aLedger({ redact: (line) => secrets.redact(line) });
    const recorder = ledger.recorder(null);
    recorder.record({ kind: 'note', text: 'it said Zq7Lw2Xv9Kp4Rt6Y to us' });
    secrets.register('Zq7Lw2Xv9Kp4Rt6Y', 'bypass key');
    recorder.record({ kind: 'note', text: 'and again: Zq7Lw2Xv9Kp4Rt6Y' });
    ledger.flush();

    expect(chunks.join('')).not.toContain('Zq7Lw2Xv');
    expect(records().map(({ body }) => body)).toEqual([
      { kind: 'note', text: expect.stringMatching(/^it said \[redacted bypass key sha256:.{8}\] to us$/) },
      { kind: 'note', text: expect.stringContaining('[redacted bypass key') },
    ]);
  });

  test('writes the frequent records of a load run as JSON would, with the ids of the target redacted', () => {
    const secrets = new SecretIndex();
    secrets.register('s3cr3t-run-id-0001', 'token');
    const { ledger, clock, records } = aLedger({ redact: (line) => secrets.redact(line) });
    const message = {
      kind: 'ws.message',
      connection: 'c-1',
      direction: 'in',
      seq: 3,
      bytes: 812,
      binary: false,
      type: 'agent_thinking',
      sample: null,
    } as const;
    const turn = {
      kind: 'chat.turn',
      connection: 'c-1',
      subject: 'user-1',
      runId: 'run_1',
      threadId: 'a "quoted" id',
      ended: 'terminal',
      eventTypes: { agent_started: 1 },
      variants: { V1: 1 },
      firstEventMs: 0.25,
      maxGapMs: null,
      totalMs: 12.5,
      violations: [],
      warnings: [],
    } as const;
    const added: Evidence[] = [];
    for (const ms of [0, 0.001, 0.1, 0.999, 7, 1_234.56]) {
      clock.ms = ms;
      added.push(ledger.add('A-01', message), ledger.add(null, turn));
      added.push(ledger.add(null, { ...turn, threadId: null }));
    }
    ledger.add('A-01', { ...turn, runId: 's3cr3t-run-id-0001' });
    ledger.flush();

    expect(records().slice(0, -1)).toEqual(added);
    expect(records().at(-1)?.body).toMatchObject({ runId: expect.stringMatching(/^\[redacted token/) });
  });

  test('writes messages that came together as JSON would, over more digits, other records and a flush', () => {
    const { ledger, clock, records } = aLedger({ flushAt: 40 });
    const added: Evidence[] = [];
    for (let seq = 1; seq <= 130; seq += 1) {
      if (seq % 9 === 0) clock.ms += 0.5;
      if (seq % 11 === 0) added.push(ledger.add(null, { kind: 'note', text: 'between them' }));
      added.push(
        ledger.add(seq % 7 === 0 ? null : 'A-01', {
          kind: 'ws.message',
          connection: seq % 5 === 0 ? 'c-1' : 'c-2',
          direction: seq % 4 === 0 ? 'out' : 'in',
          seq,
          bytes: 90 + seq * 83,
          binary: false,
          type: seq % 3 === 0 ? 'agent_thinking' : 'tool_executing',
          sample: null,
        }),
      );
    }
    ledger.flush();

    expect(records()).toEqual(added);
  });

  test('writes openings, closes and tokens as JSON would, and redacts what is foreign in them', () => {
    const secrets = new SecretIndex();
    secrets.register('s3cr3t-cookie-0001', 'token');
    const { ledger, records } = aLedger({ redact: (line) => secrets.redact(line) });
    const opening = {
      kind: 'ws.handshake',
      connection: 'c-1',
      url: 'ws://127.0.0.1:8000/ws?user=user-1',
      transport: 'subprotocol-jwt-auth',
      subject: 'user-1',
      tokenFingerprint: '0123abcd',
      offered: ['jwt-auth.[redacted sha256:0123abcd]'],
      requestHeaders: { 'user-agent': 'stagegate/0.1.0' },
      outcome: {
        kind: 'open',
        subprotocol: 'jwt-auth',
        headers: { connection: 'Upgrade', 'x-note': 'a "quoted" one' },
      },
      timings: { dnsMs: null, tcpMs: 0.2, tlsMs: null, waitMs: 1.5, bodyMs: null, totalMs: 1.7 },
      peer: '127.0.0.1:8000',
    } as const;
    const plain = { ...opening, outcome: { ...opening.outcome, headers: { connection: 'Upgrade' } } };
    const token = {
      kind: 'token',
      subject: 'user-1',
      fingerprint: '0123abcd',
      source: 'minted',
      invalid: null,
      issuedAtSec: 1,
      expiresAtSec: 301,
    } as const;
    const added = [opening, plain, token].map((body) => ledger.add('A-01', body));
    for (const headers of [{ 'x-s3cr3t-cookie-0001': 'y' }, { 'x-note': 'is s3cr3t-cookie-0001' }]) {
      ledger.add('A-01', { ...opening, outcome: { ...opening.outcome, headers } });
    }
    ledger.add('A-01', { ...plain, url: 'ws://127.0.0.1:8000/s3cr3t-cookie-0001' });
    ledger.add('A-01', { ...token, subject: 's3cr3t-cookie-0001' });
    ledger.flush();

    expect(records().slice(0, 3)).toEqual(added);
    for (const record of records().slice(3)) {
      expect(JSON.stringify(record)).toContain('[redacted token sha256:');
      expect(JSON.stringify(record)).not.toContain('s3cr3t-cookie');
    }
  });

  test('remembers the first failure of its sink and lets the check go on', () => {
    const failures = [new Error('disk full'), new Error('still full')];
    let calls = 0;
    const ledger = new Ledger({
      writer: 'w1',
      sink: () => {
        throw failures[calls++] ?? new Error('more');
      },
      redact: (line) => line,
      runStartedAt,
    });
    const recorder = ledger.recorder('A-01');
    expect(ledger.failure).toBeNull();

    for (let n = 0; n < 2; n += 1) {
      recorder.record({ kind: 'note', text: 'x' });
      ledger.flush();
    }

    expect(ledger.failure).toBe(failures[0]);
    expect(recorder.seen()).toHaveLength(2);
  });
});
