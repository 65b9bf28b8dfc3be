import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CRITICAL_EVENT_TYPES } from '../contract/event-type.ts';
import type { Violation } from '../contract/violation.ts';
import type { Evidence, EvidenceBody } from './evidence.ts';
import { FrequentRecords } from './frequent-record.ts';
import { LineBuffer } from './line-buffer.ts';

const SECRET = 's3cr3t-value-0001';
const redact = (text: string): string => text.replaceAll(SECRET, '[redacted]');

const VIOLATION: Violation = {
  rule: 'ORD-RUN-TRUNCATED',
  where: 'run r1',
  expected: 'an end',
  actual: 'none',
};

class Writing {
  readonly lines = new LineBuffer();
  readonly records = new FrequentRecords(this.lines, 'w1', redact);

  /** Whether the record was written, and the line that it made. */
  line(
    body: EvidenceBody,
    { number = 1, check = 'A-01', atMs = 5, wallTime = '2026-03-01T10:00:00.005Z' } = {},
  ): {
    readonly isFrequent: boolean;
    readonly text: string;
    readonly json: string;
  } {
    const evidence: Evidence = {
      id: `w1-${number}`,
      check: check === '' ? null : check,
      atMs,
      wallTime,
      body,
    };
    const from = this.lines.length;
    const isFrequent = this.records.write(evidence, number);
    const text = this.lines.view(from, this.lines.length).toString('latin1');
    return { isFrequent, text, json: `${JSON.stringify(evidence)}\n` };
  }
}

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
  threadId: null,
  ended: 'terminal',
  eventTypes: {},
  variants: {},
  firstEventMs: 0.25,
  maxGapMs: null,
  totalMs: 12.5,
  violations: [],
  warnings: [],
} as const;

const connections = fc.constantFrom('c-1', 'c-2', `c-${'9'.repeat(38)}`, `c-${'9'.repeat(39)}`, 'c "3"', '');
const types = fc.constantFrom(...CRITICAL_EVENT_TYPES, 'ping', 'of_no_contract', null);
const durations: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 0, max: 3_000_000_000 }).map((thousandths) => thousandths / 1_000),
  fc.constantFrom(0, 0.1, 0.999, 1e-7, 1 / 3, 2_147_483_647.5, 2_147_483_648.25, 1e21, -1, -0.5),
);
const ids = fc.constantFrom('user-1', 'a "quoted" id', 'ü', 'b\n', `r${'1'.repeat(2_100)}`, null);
const counts = fc.dictionary(fc.constantFrom('agent_started', 'V1', 'tool_executing'), fc.nat());
const messages: fc.Arbitrary<EvidenceBody> = fc.record({
  kind: fc.constant('ws.message'),
  connection: connections,
  direction: fc.constantFrom('in', 'out'),
  seq: fc.nat(),
  bytes: fc.nat(),
  binary: fc.boolean(),
  type: types,
  sample: fc.constantFrom(null, null, 'a sample'),
});
const turns: fc.Arbitrary<EvidenceBody> = fc.record({
  kind: fc.constant('chat.turn'),
  connection: connections,
  subject: ids,
  runId: ids,
  threadId: ids,
  ended: fc.constantFrom('terminal', 'closed', 'silence'),
  eventTypes: counts,
  variants: counts,
  firstEventMs: fc.oneof(durations, fc.constant(null)),
  maxGapMs: fc.oneof(durations, fc.constant(null)),
  totalMs: durations,
  violations: fc.constantFrom([], [VIOLATION]),
  warnings: fc.constantFrom([], ['a silence of 21 s']),
});
const others: fc.Arbitrary<EvidenceBody> = fc.constantFrom(
  { kind: 'note', text: 'something was seen' },
  { kind: 'ws.pong', connection: 'c-1', roundTripMs: 0.3 },
);

describe('FrequentRecords', () => {
  test('writes any row of records byte for byte as JSON would, or leaves it', () => {
    const rows = fc.array(
      fc.record({
        body: fc.oneof({ weight: 4, arbitrary: messages }, turns, others),
        check: fc.constantFrom('A-01', 'A-01', 'B-02', 'not "ours"', ''),
        at: fc.constantFrom(
          [5, '2026-03-01T10:00:00.005Z'],
          [5.5, '2026-03-01T10:00:00.005Z'],
          [7, '2026-03-01T10:00:00.007Z'],
        ),
        isFlushed: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(rows, fc.constantFrom(1, 8, 998, 2_147_483_640), (row, first) => {
        const writing = new Writing();
        for (const [
          at,
          {
            body,
            check,
            at: [atMs, wallTime],
            isFlushed,
          },
        ] of row.entries()) {
          const number = first + at;
          const { isFrequent, text, json } = writing.line(body, {
            number,
            check,
            atMs: Number(atMs),
            wallTime: String(wallTime),
          });
          expect(text).toBe(isFrequent ? json : '');
          if (isFlushed) {
            writing.lines.clear();
            writing.records.forget();
          }
        }
      }),
      { seed: 20_260_301, numRuns: 400 },
    );
  });

  test('copies what the lines of a burst share, and nothing that they do not', () => {
    const seldom = fc.integer({ min: 0, max: 5 }).map((n) => n === 0);
    const burst = fc.array(
      fc.record({ isOut: seldom, isOther: seldom, isChecked: seldom, isLater: seldom, bytes: fc.nat() }),
      { minLength: 12, maxLength: 24 },
    );
    fc.assert(
      fc.property(burst, fc.constantFrom(1, 95, 999_999_990, 9_999_999_990, 99_999_999_990), (row, first) => {
        const writing = new Writing();
        for (const [at, { isOut, isOther, isChecked, isLater, bytes }] of row.entries()) {
          const body = {
            ...message,
            connection: isOther ? 'c-2' : 'c-1',
            direction: isOut ? ('out' as const) : ('in' as const),
            seq: at + 1,
            bytes,
          };
          const check = isChecked ? 'B-02' : 'A-01';
          const line = writing.line(body, { number: first + at, check, atMs: isLater ? 6 : 5 });
          expect(line).toEqual({ isFrequent: true, text: line.json, json: line.json });
        }
      }),
      { seed: 20_260_301, numRuns: 200 },
    );
  });

  test.each([
    ['a message of the contract', message, 'A-01', true],
    ['a clean turn', turn, 'A-01', true],
    ['a message outside of checks', message, '', true],
    ['a message with a sample', { ...message, sample: 'x' }, 'A-01', false],
    ['a binary message', { ...message, binary: true }, 'A-01', false],
    ['a message of no contract', { ...message, type: 'own' }, 'A-01', false],
    ['a message of a connection that is not ours', { ...message, connection: 'c "1"' }, 'A-01', false],
    ['a message of a check that is not ours', message, 'A "01"', false],
    ['a turn with a violation', { ...turn, violations: [VIOLATION] }, 'A-01', false],
    ['a turn with a warning', { ...turn, warnings: ['a silence of 21 s'] }, 'A-01', false],
    ['a turn whose id must be escaped', { ...turn, threadId: 'a"b' }, 'A-01', false],
    ['a turn whose id holds a secret', { ...turn, runId: SECRET }, 'A-01', false],
  ] as const)('tells %s from the rest', (_what, body, check, isFrequent) => {
    expect(new Writing().line(body, { check }).isFrequent).toBe(isFrequent);
  });

  test('copies no line that was overwritten after a flush', () => {
    const writing = new Writing();
    writing.line(message, { number: 1 });
    writing.lines.clear();
    writing.records.forget();
    writing.line(turn, { number: 2 });
    const { text, json } = writing.line({ ...message, seq: 4 }, { number: 3 });

    expect(text).toBe(json);
  });

  test('writes the names of more connections than it remembers', () => {
    const writing = new Writing();
    const wrong: string[] = [];
    for (let n = 0; n <= 20_001; n += 1) {
      writing.lines.clear();
      writing.records.forget();
      const { text, json } = writing.line({ ...message, connection: `c-${n % 20_001}` });
      if (text !== json) wrong.push(text);
    }

    expect(wrong).toEqual([]);
    expect(writing.line({ ...message, connection: 'c-7' }).isFrequent).toBe(true);
  });

  test.each([
    ['url', { url: `ws://127.0.0.1/${SECRET}` }],
    ['subject', { subject: SECRET }],
    ['peer', { peer: SECRET }],
    ['fingerprint', { tokenFingerprint: SECRET }],
    ['offer', { offered: ['jwt', SECRET] }],
    ['request header', { requestHeaders: { 'x-note': SECRET } }],
    ['request header name', { requestHeaders: { [SECRET]: 'x' } }],
    ['subprotocol', { outcome: { kind: 'open', subprotocol: SECRET, headers: {} } }],
    ['header', { outcome: { kind: 'open', subprotocol: null, headers: { 'x-note': SECRET } } }],
    ['outcome', { outcome: { kind: 'refused', status: 403, headers: {}, bodySample: SECRET, bodyBytes: 3 } }],
  ] as const)('leaves an opening with a secret in its %s to redaction', (_where, fields) => {
    const opening = {
      kind: 'ws.handshake',
      connection: 'c-1',
      url: 'ws://127.0.0.1:8000/ws',
      transport: 'authorization-header',
      subject: null,
      tokenFingerprint: null,
      offered: [],
      requestHeaders: {},
      outcome: { kind: 'open', subprotocol: null, headers: {} },
      timings: { dnsMs: null, tcpMs: 0.2, tlsMs: null, waitMs: 1.5, bodyMs: null, totalMs: 1.7 },
      peer: null,
    } as const;
    const writing = new Writing();

    expect(writing.line(opening)).toMatchObject({ isFrequent: true, text: writing.line(opening).json });
    expect(writing.line({ ...opening, ...fields }).isFrequent).toBe(false);
  });
});
