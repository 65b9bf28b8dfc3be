import { describe, expect, test } from 'vitest';
import type { EvidenceBody, HandshakeOutcome, HttpOutcome, TurnEnd } from './evidence.ts';
import { OBSERVATIONS, observationsOf, type Observation } from './observation.ts';

const timings = { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: null, bodyMs: null, totalMs: 1 };

const exchange = (outcome: HttpOutcome): EvidenceBody => ({
  kind: 'http.exchange',
  method: 'GET',
  url: 'http://127.0.0.1/health',
  requestHeaders: {},
  requestBytes: 0,
  subject: null,
  outcome,
  timings,
});
const handshake = (outcome: HandshakeOutcome): EvidenceBody => ({
  kind: 'ws.handshake',
  connection: 'c1',
  url: 'ws://127.0.0.1/ws',
  transport: 'none',
  subject: null,
  offered: [],
  requestHeaders: {},
  outcome,
  timings,
  peer: null,
});
const message = (direction: 'in' | 'out'): EvidenceBody => ({
  kind: 'ws.message',
  connection: 'c1',
  direction,
  seq: 1,
  bytes: 2,
  binary: false,
  type: null,
  sample: '{}',
});
const turn = (ended: TurnEnd): EvidenceBody => ({
  kind: 'chat.turn',
  connection: 'c1',
  subject: null,
  runId: null,
  threadId: null,
  ended,
  eventTypes: {},
  variants: {},
  firstEventMs: null,
  maxGapMs: null,
  totalMs: 1,
  violations: [],
  warnings: [],
});
const token = (invalid: string | null): EvidenceBody => ({
  kind: 'token',
  subject: 'u',
  fingerprint: '0a1b2c3d',
  source: 'minted',
  invalid,
  issuedAtSec: null,
  expiresAtSec: null,
});

const answered: HttpOutcome = {
  kind: 'answered',
  status: 500,
  headers: {},
  bodySample: '',
  bodyBytes: 0,
  bodyCut: false,
};
const failed = { kind: 'failed', phase: 'tcp', cause: 'refused', code: 'ECONNREFUSED' } as const;
const censored = { kind: 'censored', phase: 'tcp', budgetMs: 10 } as const;
const close: EvidenceBody = {
  kind: 'ws.close',
  connection: 'c1',
  code: 1000,
  reason: '',
  initiator: 'local',
  clean: true,
  msSinceOpen: 1,
  messagesIn: 0,
  messagesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  afterFirstClientMessage: false,
  msSinceFirstClientMessage: null,
};
const digest: EvidenceBody = {
  kind: 'ws.digest',
  connection: 'c1',
  messagesIn: 9,
  messagesOut: 9,
  bytesIn: 9,
  bytesOut: 9,
  sha256: '',
};

const matrix = (cells: readonly (readonly (string | null)[])[]): EvidenceBody => ({
  kind: 'leak.matrix',
  subjects: [],
  messages: [],
  bytes: [],
  cells,
});

const table: readonly (readonly [string, EvidenceBody, readonly Observation[]])[] = [
  ['an HTTP answer of any status', exchange(answered), ['http.answered']],
  ['a request that failed', exchange(failed), ['http.failed']],
  ['a request that we gave up', exchange(censored), ['http.censored']],
  ['an open handshake', handshake({ kind: 'open', subprotocol: null, headers: {} }), ['ws.open']],
  [
    'a refused handshake',
    handshake({ kind: 'refused', status: 403, headers: {}, bodySample: '', bodyBytes: 0 }),
    ['ws.refused'],
  ],
  ['a handshake that failed', handshake(failed), ['ws.failed']],
  ['a handshake that we gave up: nothing was seen', handshake(censored), []],
  ['a message in', message('in'), ['ws.message.in']],
  ['a message out', message('out'), ['ws.message.out']],
  ['a pong', { kind: 'ws.pong', connection: 'c1', roundTripMs: 1 }, ['ws.pong']],
  ['a close', close, ['ws.close']],
  ['a turn to its terminal event', turn('terminal'), ['chat.turn', 'chat.turn.terminal']],
  ['a turn that ended in silence, which is no completion', turn('silence'), ['chat.turn']],
  ['a turn that ended with the connection', turn('closed'), ['chat.turn']],
  ['a turn that ran out of time', turn('deadline'), ['chat.turn']],
  ['a turn over our limit', turn('limit'), ['chat.turn']],
  ['a valid token', token(null), ['token.accepted-source']],
  ['a token with a deliberate defect', token('expired'), []],
  [
    'a rung',
    { kind: 'preflight.rung', rung: 'dns', state: 'broken', text: '', elapsedMs: 1 },
    ['preflight.rung'],
  ],
  [
    'a control that was accepted',
    { kind: 'control', of: 'x', accepted: true, text: '' },
    ['control.accepted'],
  ],
  ['a control that was refused', { kind: 'control', of: 'x', accepted: false, text: '' }, []],
  ['a proven overlap', { kind: 'overlap', subjects: [], proven: true, overlapMs: 5 }, ['isolation.overlap']],
  ['an overlap that was not proven', { kind: 'overlap', subjects: [], proven: false, overlapMs: 0 }, []],
  [
    'a leak matrix',
    matrix([
      ['canary as hex', null],
      [null, 'canary as hex'],
    ]),
    ['isolation.matrix'],
  ],
  [
    'a leak matrix without its diagonal',
    matrix([
      ['canary as hex', null],
      [null, null],
    ]),
    [],
  ],
  ['a leak matrix of one user', matrix([['canary as hex']]), []],
  [
    'a snapshot',
    { kind: 'contract.snapshot', generation: 'reference', welcome: 'canonical', events: {} },
    [],
  ],
  ['a digest', digest, []],
  ['a measure', { kind: 'measure', name: 'x', unit: 'ms', value: 1, of: 'target' }, []],
  [
    'each value of a sample',
    { kind: 'sample', name: 'x', unit: 'ms', of: 'target', values: [1, 2], missing: 3 },
    ['measure.sample', 'measure.sample'],
  ],
  [
    'each try with a dose',
    {
      kind: 'dose',
      quantity: 'send-delay-ms',
      points: [
        { dose: 0, tried: 2, failed: 1 },
        { dose: 40, tried: 1, failed: 0 },
      ],
    },
    ['dose.try', 'dose.try', 'dose.try'],
  ],
  ['a note', { kind: 'note', text: 'a chat.turn was seen' }, []],
  ['our own lag', { kind: 'observer', eventLoopLagP99Ms: 1, eventLoopLagMaxMs: 1, samples: 1 }, []],
];

describe('observation', () => {
  test.each(table)('is derived from %s', (_what, body, expected) => {
    expect(observationsOf(body)).toEqual(expected);
  });

  test('has a record that each kind can be seen in', () => {
    const reachable = new Set(table.flatMap(([, body]) => observationsOf(body)));

    expect(OBSERVATIONS.filter((name) => !reachable.has(name))).toEqual([]);
  });
});
