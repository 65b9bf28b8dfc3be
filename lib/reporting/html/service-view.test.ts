import { describe, expect, test } from 'vitest';
import type { Evidence, HandshakeOutcome, HttpOutcome } from '../../evidence/evidence.ts';
import { serviceView } from './service-view.ts';

const TIMINGS = { dnsMs: null, tcpMs: null, tlsMs: null, waitMs: 1, bodyMs: null, totalMs: 2 };

const refused = (status: number): HandshakeOutcome => ({
  kind: 'refused',
  status,
  headers: {},
  bodySample: '',
  bodyBytes: 0,
});
const open: HandshakeOutcome = { kind: 'open', subprotocol: null, headers: {} };

function opening(atMs: number, outcome: HandshakeOutcome): Evidence {
  return {
    id: `m-${atMs}`,
    check: null,
    atMs,
    wallTime: '2026-03-01T10:00:00.000Z',
    body: {
      kind: 'ws.handshake',
      connection: `c-${atMs}`,
      url: 'ws://127.0.0.1:1/ws',
      transport: 'none',
      subject: null,
      offered: [],
      requestHeaders: {},
      outcome,
      timings: TIMINGS,
      peer: null,
    },
  };
}

function health(path: string, outcome: HttpOutcome): Evidence {
  return {
    id: 'm-1',
    check: null,
    atMs: 5,
    wallTime: '2026-03-01T10:00:00.000Z',
    body: {
      kind: 'http.exchange',
      method: 'GET',
      url: `http://127.0.0.1:1${path}`,
      requestHeaders: {},
      requestBytes: 0,
      subject: null,
      outcome,
      timings: TIMINGS,
    },
  };
}

const answered = (status: number, bodySample = '{}'): HttpOutcome => ({
  kind: 'answered',
  status,
  headers: {},
  bodySample,
  bodyBytes: bodySample.length,
  bodyCut: false,
});

describe('the service over time', () => {
  test('is broken from the first 503 to the next opening that was accepted', () => {
    const { breaker } = serviceView([
      opening(1, open),
      opening(2, refused(401)),
      opening(3, refused(503)),
      opening(4, refused(500)),
      opening(9, open),
      opening(12, refused(503)),
    ]);

    expect(breaker.map(({ fromMs, toMs, count }) => [fromMs, toMs, count])).toEqual([
      [3, 9, 2],
      [12, 12, 1],
    ]);
    expect(breaker[1]?.text).toBe('no later opening was accepted');
  });

  test('tells a refusal from a failure and from no answer', () => {
    const { openings } = serviceView([
      opening(1, open),
      opening(2, refused(403)),
      opening(3, refused(502)),
      opening(4, { kind: 'failed', phase: 'tcp', cause: 'reset', code: 'ECONNRESET' }),
      opening(5, { kind: 'censored', phase: 'upgrade', budgetMs: 100 }),
    ]);

    expect(openings.map(({ outcome }) => outcome)).toEqual([
      'accepted',
      'refused',
      'broken',
      'broken',
      'no answer',
    ]);
  });

  test.each([
    ['/health', answered(200), 'accepted'],
    ['/health/ready', answered(503), 'broken'],
    ['/health/ready?x=1', { kind: 'censored', phase: 'request', budgetMs: 10 }, 'no answer'],
  ] as const)('takes the answer of %s', (path, outcome, expected) => {
    expect(serviceView([health(path, outcome)]).readiness.map((point) => point.outcome)).toEqual([expected]);
  });

  test('knows no other path', () => {
    expect(serviceView([health('/api/healthy', answered(200))]).readiness).toEqual([]);
  });
});
