import { describe, expect, test } from 'vitest';
import type { Evidence, EvidenceBody, HandshakeOutcome } from './evidence.ts';
import { foldSeen, seenBehaviours } from './seen-behaviour.ts';

const TARGET = { backendUrl: 'http://127.0.0.1:8000', websocketUrl: 'ws://127.0.0.1:8000/ws' };
const TIMINGS = { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: 1, bodyMs: null, totalMs: 2 };
const CLOSE = {
  code: 1000,
  reason: '',
  initiator: 'remote',
  clean: true,
  msSinceOpen: 40,
  messagesIn: 1,
  messagesOut: 1,
  bytesIn: 10,
  bytesOut: 10,
  afterFirstClientMessage: true,
  msSinceFirstClientMessage: 3,
} as const;

/** The records of a run, one observation after the other. */
const ledger = (...bodies: readonly EvidenceBody[]): readonly Evidence[] =>
  bodies.map((body, at) => ({ id: `m-${at + 1}`, check: null, atMs: at * 10, wallTime: '-', body }));
const get = (path: string, status: number, body: unknown): EvidenceBody => ({
  kind: 'http.exchange',
  method: 'GET',
  url: path.includes('://') ? path : `${TARGET.backendUrl}${path}`,
  requestHeaders: {},
  requestBytes: 0,
  subject: null,
  outcome: {
    kind: 'answered',
    status,
    headers: {},
    bodySample: typeof body === 'string' ? body : JSON.stringify(body),
    bodyBytes: 9,
    bodyCut: false,
  },
  timings: TIMINGS,
});
const opened = (fields: Partial<Extract<EvidenceBody, { kind: 'ws.handshake' }>> = {}): EvidenceBody => ({
  kind: 'ws.handshake',
  connection: 'c1',
  url: TARGET.websocketUrl,
  transport: 'authorization-header',
  subject: 'sg-u1',
  tokenFingerprint: 'good',
  offered: [],
  requestHeaders: {},
  outcome: { kind: 'open', subprotocol: null, headers: {} },
  timings: TIMINGS,
  peer: null,
  ...fields,
});
const offering = (outcome: HandshakeOutcome): EvidenceBody =>
  opened({ transport: 'subprotocol-jwt', offered: ['jwt-auth', 'jwt.[redacted sha256:01]'], outcome });
const echoed = (subprotocol: string | null): EvidenceBody =>
  offering({ kind: 'open', subprotocol, headers: {} });
const refused = (status: number): HandshakeOutcome => ({
  kind: 'refused',
  status,
  headers: {},
  bodySample: '',
  bodyBytes: 0,
});
const message = (root: unknown, direction: 'in' | 'out' = 'in', type?: string): EvidenceBody => {
  const sample = typeof root === 'string' ? root : JSON.stringify(root);
  const read = typeof root === 'object' && root !== null && 'type' in root ? String(root.type) : null;
  return {
    kind: 'ws.message',
    connection: 'c1',
    direction,
    seq: 1,
    bytes: 9,
    binary: false,
    type: type ?? read,
    sample,
  };
};
const token = (invalid: string | null): EvidenceBody => ({
  kind: 'token',
  subject: 'sg-u1',
  fingerprint: 'good',
  source: 'exchange',
  invalid,
  issuedAtSec: 1,
  expiresAtSec: 2,
});
const seen = (...bodies: readonly EvidenceBody[]): readonly string[] =>
  seenBehaviours(ledger(...bodies), TARGET).map(({ behaviour, value }) => `${behaviour} ${value}`);

const CANONICAL = {
  type: 'connection_established',
  user_id: 'sg-u1',
  connection_id: 'x',
  connection_ready: true,
};
const OLDEST = { type: 'system_message', data: { event: 'connection_established', user_id: 'sg-u1' } };

describe('behaviours seen in a run', () => {
  test.each([
    ['a rich /health', [get('/health', 200, { status: 'healthy', service: 'x' })], ['health-body rich']],
    ['a plain /health', [get('/health', 200, { status: 'ok' })], ['health-body plain']],
    ['a /health that fails', [get('/health', 503, { status: 'ok' })], []],
    ['a page in place of /health', [get('/health', 200, '<html>')], []],
    ['/health of the auth service', [get('http://127.0.0.1:8081/health', 200, { status: 'ok' })], []],
    ['no ticket path', [get('/api/websocket/ticket', 404, {})], ['ticket-path absent']],
    ['a ticket path of another method', [get('/api/websocket/ticket', 405, {})], ['ticket-path exists']],
    [
      'the same, re-mapped',
      [get('/api/websocket/ticket', 500, { details: { status_code: 405 } })],
      ['ticket-path exists'],
    ],
    ['a ticket path that fails', [get('/api/websocket/ticket', 500, {})], []],
    ['a ticket path behind a hop that is down', [get('/api/websocket/ticket', 502, '<html>')], []],
    ['the bare echo', [echoed('jwt-auth')], ['subprotocol-echo bare']],
    ['the token echoed', [echoed('jwt.[redacted sha256:02]')], ['subprotocol-echo token']],
    ['an echo that a hop removed', [echoed(null)], []],
    [
      'an echo for another offer',
      [
        opened({
          offered: ['jwt.[redacted sha256:01]'],
          outcome: { kind: 'open', subprotocol: 'jwt.x', headers: {} },
        }),
      ],
      [],
    ],
    [
      'an old path that is served',
      [opened({ url: 'ws://127.0.0.1:8000/websocket' })],
      ['websocket-path accepted'],
    ],
    [
      'an old path that is gone',
      [opened({ url: 'ws://127.0.0.1:8000/ws/test', outcome: refused(403) })],
      ['ws-test-path refused'],
    ],
    [
      'an old path that could not be asked',
      [opened({ url: 'ws://127.0.0.1:8000/ws/test', outcome: refused(503) })],
      [],
    ],
    ['an old path of another host', [opened({ url: 'ws://other:8000/websocket' })], []],
    [
      'the canonical welcome of the user',
      [token(null), opened(), message(CANONICAL)],
      ['welcome canonical', 'identity own'],
    ],
    ['the oldest welcome', [opened(), message(OLDEST)], ['welcome W3', 'identity own']],
    [
      'a demo user for a valid token',
      [opened(), message({ ...CANONICAL, user_id: 'demo-user-001' })],
      ['welcome canonical', 'identity demo'],
    ],
    [
      'a cut demo user',
      [opened(), message({ type: 'connect', data: { user_id: 'demo-use...' } })],
      ['welcome W2', 'identity demo'],
    ],
    [
      'a demo user for a bad token',
      [token('expired'), opened(), message({ ...CANONICAL, user_id: 'demo-user-001' })],
      ['welcome canonical'],
    ],
    [
      'somebody else for a valid token',
      [opened(), message({ ...CANONICAL, user_id: 'sg-u2' })],
      ['welcome canonical'],
    ],
    [
      'a welcome that was cut',
      [opened(), message('{"type":"connection_est', 'in', 'connection_established')],
      ['welcome unreadable'],
    ],
    [
      'a welcome of another mode',
      [opened({ url: `${TARGET.websocketUrl}?mode=legacy` }), message(OLDEST)],
      [],
    ],
    [
      'a second welcome on one connection',
      [opened(), message(CANONICAL), message(OLDEST)],
      ['welcome canonical', 'identity own'],
    ],
    [
      'an answer to the first message',
      [opened(), message({ type: 'ping' }, 'out'), message({ type: 'pong' })],
      ['first-message answered'],
    ],
    ['a pong that nobody asked for', [opened(), message({ type: 'pong' })], []],
    [
      'a clean end after it',
      [opened(), { kind: 'ws.close', connection: 'c1', ...CLOSE, reason: 'main cleanup' }],
      ['first-message main-cleanup'],
    ],
    [
      'our own clean end',
      [
        opened(),
        { kind: 'ws.close', connection: 'c1', ...CLOSE, initiator: 'local', reason: 'main cleanup' },
      ],
      [],
    ],
    [
      'another end',
      [opened(), { kind: 'ws.close', connection: 'c1', ...CLOSE, reason: 'factory cleanup' }],
      [],
    ],
    [
      'a bad token refused',
      [token('expired'), opened(), message({ type: 'error_message', error_code: 'AUTH_FAILED' })],
      ['auth-failure error-frame'],
    ],
    [
      'a handler that fails over a bad token',
      [
        token('expired'),
        opened(),
        message({
          type: 'error_message',
          data: { error_code: 'CONNECTION_ERROR', details: { error_type: 'AttributeError' } },
        }),
      ],
      ['auth-failure attribute-error'],
    ],
    [
      'an error for a valid token',
      [opened(), message({ type: 'error_message', error_code: 'AUTH_FAILED' })],
      [],
    ],
    [
      'no token at all, refused',
      [opened({ tokenFingerprint: null }), message({ type: 'error_message', error_code: 'NO_TOKEN' })],
      ['auth-failure error-frame'],
    ],
  ] as const satisfies readonly (readonly [string, readonly EvidenceBody[], readonly string[]])[])(
    '%s',
    (_what, bodies, expected) => {
      expect(seen(...bodies)).toEqual(expected);
    },
  );

  test('say nothing by an old path where a path that nobody knows is accepted too', () => {
    const old = opened({ url: 'ws://127.0.0.1:8000/websocket' });
    const unknown = opened({ url: 'ws://127.0.0.1:8000/ws-unknown-path' });

    expect(seen(unknown, old)).toEqual([]);
    expect(seen(old, unknown)).toEqual([]);
    expect(seen(opened({ url: 'ws://127.0.0.1:8000/ws-unknown-path', outcome: refused(403) }), old)).toEqual([
      'websocket-path accepted',
    ]);
  });

  test('are counted, with the times of the first and last and the record of the first', () => {
    const health = get('/health', 200, { status: 'ok' });

    expect(seenBehaviours(ledger(health, get('/x', 404, ''), health, health), TARGET)).toEqual([
      { behaviour: 'health-body', value: 'plain', count: 3, firstAtMs: 0, lastAtMs: 30, evidence: 'm-1' },
    ]);
  });

  test('are the same in whatever order shards are put together, and name the earliest record', () => {
    const one = {
      behaviour: 'welcome',
      value: 'W3',
      count: 2,
      firstAtMs: 40,
      lastAtMs: 50,
      evidence: 's1.m-1',
    } as const;
    const other = { ...one, firstAtMs: 10, lastAtMs: 45, evidence: 's2.m-1' };
    const whole = [{ ...one, count: 4, firstAtMs: 10, lastAtMs: 50, evidence: 's2.m-1' }];

    expect(foldSeen([one, other])).toEqual(whole);
    expect(foldSeen([other, one])).toEqual(whole);
  });
});
