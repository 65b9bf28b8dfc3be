import { describe, expect, test } from 'vitest';
import type { AuthTransport } from '../evidence/evidence.ts';
import { Deadline } from '../foundation/deadline.ts';
import { fingerprint } from '../foundation/secret.ts';
import { CookieJar } from '../http/cookie-jar.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import type { HandshakeResult, OpenConnectionOptions } from './handshake.ts';
import { openConnection } from './opening-handshake.ts';
import { closeFrame, startRawServer } from './raw-peer.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZy11MSIsImp0aSI6IjEyMzQ1NiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
const token = { reveal: () => JWT, subject: 'sg-u1', fingerprint: fingerprint(JWT) };

async function open(
  url: string,
  ledger: MemoryLedger,
  options: Partial<OpenConnectionOptions> = {},
): Promise<HandshakeResult> {
  return openConnection({
    url,
    token,
    authTransport: 'authorization-header',
    runId: 'run-1',
    recorder: ledger.recorder,
    secrets: ledger.secrets,
    budgetMs: 2_000,
    signal: new AbortController().signal,
    ...options,
  });
}

describe('opening handshake', () => {
  test('records an open connection and the facts of the 101 answer', async () => {
    const ledger = new MemoryLedger();
    await using server = await startRawServer((peer) =>
      peer.write(peer.upgradeBytes(['X-Service-Revision: abc']), closeFrame(1000)),
    );

    const result = await open(server.url, ledger);

    expect(result.kind).toBe('open');
    const [record] = ledger.bodies('ws.handshake');
    expect(record).toMatchObject({
      subject: 'sg-u1',
      transport: 'authorization-header',
      outcome: { kind: 'open' },
    });
    expect(record?.peer).toBe(`127.0.0.1:${server.port}`);
    expect(record?.timings.tcpMs).toBeGreaterThan(0);
    expect(result.kind === 'open' ? result.connection.facts : null).toMatchObject({
      subject: 'sg-u1',
      headers: { 'x-service-revision': 'abc' },
      evidence: result.evidence,
    });
  });

  test.for([
    ['none', []],
    ['authorization-header', []],
    ['subprotocol-jwt', ['jwt-auth', `jwt.${Buffer.from(JWT).toString('base64url')}`]],
    ['subprotocol-jwt-auth', [`jwt-auth.${JWT}`]],
    ['subprotocol-bearer', [`bearer.${JWT}`]],
    [
      'subprotocol-public-client',
      [
        `jwt.staging.${JWT}`,
        `jwt-auth.staging.${JWT}`,
        `bearer.staging.${JWT}`,
        `staging-auth.${JWT}`,
        `jwt.${JWT}`,
        `jwt-auth.${JWT}`,
        `bearer.${JWT}`,
      ],
    ],
  ] as const satisfies readonly (readonly [AuthTransport, readonly string[]])[])(
    'offers the token by %s and records none of it',
    async ([authTransport, expected]) => {
      const ledger = new MemoryLedger();
      ledger.secrets.register(JWT, 'token');
      const seen: { protocols: string | null; authorization: string | null; head: string }[] = [];
      await using server = await startRawServer((peer) => {
        const protocols = peer.header('sec-websocket-protocol');
        seen.push({ protocols, authorization: peer.header('authorization'), head: peer.head });
        const echo = protocols?.split(',').at(-1);
        peer.write(
          peer.upgradeBytes(echo === undefined ? [] : [`Sec-WebSocket-Protocol: ${echo}`]),
          closeFrame(1000),
        );
      });

      const result = await open(server.url, ledger, { authTransport });

      expect(result.kind).toBe('open');
      expect(seen[0]?.protocols?.split(',') ?? []).toEqual(expected);
      expect(seen[0]?.authorization).toBe(authTransport === 'authorization-header' ? `Bearer ${JWT}` : null);
      const names = (seen[0]?.head.split('\r\n') ?? []).slice(1).map((line) => line.split(':')[0] ?? '');
      expect(names.filter((name) => /test|e2e/i.test(name))).toEqual([]);
      expect(ledger.secrets.find(ledger.text())).toEqual([]);
    },
  );

  test('offers no token-bearing name without a token', async () => {
    const ledger = new MemoryLedger();
    const seen: (string | null)[] = [];
    await using server = await startRawServer((peer) => {
      seen.push(peer.header('sec-websocket-protocol'));
      peer.accept();
    });

    await open(server.url, ledger, { token: null, authTransport: 'subprotocol-bearer' });

    expect(seen).toEqual([null]);
  });

  test('keeps status, headers and body of a refusal and finds the echoed token', async () => {
    const ledger = new MemoryLedger();
    ledger.secrets.register(JWT, 'token');
    const body = JSON.stringify({ detail: `bad ${JWT}` });
    await using server = await startRawServer(({ socket }) =>
      socket.end(
        `HTTP/1.1 403 Forbidden\r\nX-Debug-Token: ${JWT}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      ),
    );

    const result = await open(server.url, ledger);

    expect(result).toMatchObject({ kind: 'refused', status: 403, body, bodyBytes: body.length });
    expect(result.kind === 'refused' ? result.leaks.map(({ where }) => where) : []).toEqual([
      'header x-debug-token',
      'body',
    ]);
    expect(ledger.secrets.find(ledger.text())).toEqual([]);
  });

  test('reports a closed port, a silent peer and a missing subprotocol as values', async () => {
    const ledger = new MemoryLedger();
    await using silent = await startRawServer(() => {});
    await using plain = await startRawServer((peer) => peer.accept());

    const refused = await open('ws://127.0.0.1:1/ws', ledger);
    const censored = await open(silent.url, ledger, { budgetMs: 50 });
    const unnamed = await open(plain.url, ledger, { extraSubprotocols: ['agent_chat'] });

    expect(refused).toMatchObject({ kind: 'failed', phase: 'tcp', code: 'ECONNREFUSED' });
    expect(censored).toMatchObject({ kind: 'censored', phase: 'upgrade', budgetMs: 50 });
    expect(unnamed).toMatchObject({ kind: 'failed', phase: 'upgrade', code: 'SUBPROTOCOL_MISSING' });
    expect(ledger.bodies('ws.handshake').map(({ outcome }) => outcome.kind)).toEqual([
      'failed',
      'censored',
      'failed',
    ]);
  });

  test('rejects with the reason of its signal and leaves no socket', async () => {
    const ledger = new MemoryLedger();
    await using server = await startRawServer(() => {});
    using deadline = new Deadline(40);

    const opening = open(server.url, ledger, { signal: deadline.signal });

    await expect(opening).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(ledger.bodies('ws.handshake')[0]?.outcome.kind).toBe('censored');
    await expect.poll(() => server.open()).toBe(0);
  });

  test('carries the cookies of the user of the token', async () => {
    const ledger = new MemoryLedger();
    const cookies = new CookieJar();
    const seen: (string | null)[] = [];
    await using server = await startRawServer((peer) => {
      seen.push(peer.header('cookie'));
      peer.write(peer.upgradeBytes(['Set-Cookie: lb=node-2; Path=/']), closeFrame(1000));
    });

    await open(server.url, ledger, { cookies });
    await open(server.url, ledger, { cookies });

    expect(seen).toEqual([null, 'lb=node-2']);
    expect(ledger.text()).not.toContain('lb=node-2');
  });

  test('refuses extra headers that switch authentication off', async () => {
    const ledger = new MemoryLedger();

    const opening = open('ws://127.0.0.1:1/ws', ledger, { extraHeaders: { 'X-E2E-Test': 'true' } });

    await expect(opening).rejects.toThrow(TypeError);
  });
});
