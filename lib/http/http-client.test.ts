import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { fingerprint } from '../foundation/secret.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { MemoryLedger } from './memory-ledger.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZy11MSIsImp0aSI6IjEyMzQ1NiJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
const token = { reveal: () => TOKEN, subject: 'sg-u1', fingerprint: fingerprint(TOKEN) };
const { signal } = new AbortController();
const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly client: HttpClient; readonly ledger: MemoryLedger; readonly url: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  const url = `http://127.0.0.1:${address.port}`;
  const ledger = new MemoryLedger();
  const client = createHttpClient({ baseUrl: url, runId: 'run-1', secrets: ledger.secrets });
  cleanups.push(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
    async () => client[Symbol.asyncDispose](),
  );
  return { client, ledger, url };
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

describe('HTTP client', () => {
  test('sends a token with its scheme unless it is told to leave that out', async () => {
    const seen: (string | undefined)[] = [];
    const { client, ledger } = await serve((request, response) => {
      seen.push(request.headers.authorization);
      json(response, 200, {});
    });
    const ask = {
      method: 'GET',
      path: '/',
      budgetMs: 2_000,
      signal,
      token,
      recorder: ledger.recorder,
    } as const;
    await client.request(ask);
    await client.request({ ...ask, scheme: 'none' });

    expect(seen).toEqual([`Bearer ${TOKEN}`, TOKEN]);
    expect(JSON.stringify(ledger.bodies('http.exchange'))).not.toContain(TOKEN.slice(-12));
  });

  test('asks for no content coding, and judges and records what is said in one all the same', async () => {
    const codings: string[] = [];
    const { client, ledger } = await serve((request, response) => {
      codings.push(String(request.headers['accept-encoding']));
      const isBroken = request.url === '/broken';
      const body = isBroken ? Buffer.from('no gzip') : gzipSync(JSON.stringify({ echo: TOKEN }));
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body);
    });
    ledger.secrets.register(TOKEN, 'token');
    const ask = { method: 'GET', budgetMs: 2_000, signal, recorder: ledger.recorder } as const;
    const whole = await client.request({ ...ask, path: '/' });
    const broken = await client.request({ ...ask, path: '/broken' });

    expect(codings).toEqual(['identity', 'identity']);
    expect(whole).toMatchObject({ json: { echo: TOKEN }, jsonError: null, leaks: [{ where: 'body' }] });
    expect(broken).toMatchObject({
      json: undefined,
      jsonError: 'the body does not decode by its content coding "gzip"',
    });
    expect(ledger.bodies('http.exchange')[0]).toMatchObject({
      outcome: { bodySample: expect.stringContaining('[redacted token') },
    });
  });

  test('records an answered exchange with its phases', async () => {
    const { client, ledger } = await serve((_request, response) => json(response, 200, { status: 'ok' }));
    const ask = {
      method: 'GET',
      path: '/health?x=1',
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    } as const;

    const first = await client.request(ask);
    // undici hands a connection out again one turn of the event loop later.
    await setImmediate();
    const second = await client.request(ask);

    expect(first).toMatchObject({
      kind: 'answered',
      status: 200,
      json: { status: 'ok' },
      jsonError: null,
      bodyBytes: 15,
    });
    expect(first.timings.tcpMs).toBeGreaterThan(0);
    expect(first.timings.waitMs).toBeGreaterThan(0);
    expect(second.timings).toMatchObject({ dnsMs: null, tcpMs: null, tlsMs: null });
    expect(ledger.bodies('http.exchange')).toHaveLength(2);
    expect(ledger.bodies('http.exchange')[0]).toMatchObject({
      method: 'GET',
      outcome: { bodySample: '{"status":"ok"}' },
    });
    expect(ledger.recorder.seen()[0]?.id).toBe(first.evidence);
  });

  test('sends its identity and the token, and records no token', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const { client, ledger } = await serve((request, response) => {
      seen.push(request.headers);
      response.setHeader('X-Debug-Token', TOKEN);
      json(response, 401, { detail: `no ${TOKEN}`, access_token: 'opaque-credential-value' });
    });
    ledger.secrets.register(TOKEN, 'token');

    const result = await client.request({
      method: 'POST',
      path: '/api/threads',
      json: { title: 'a' },
      token,
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    });

    expect(seen[0]).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'x-stagegate-run': 'run-1',
      'user-agent': expect.stringMatching(/^stagegate\//),
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    });
    const names = Object.keys(seen[0] ?? {}).filter((name) => /test|e2e/i.test(name));
    expect(names).toEqual([]);
    expect(result).toMatchObject({ kind: 'answered', status: 401 });
    expect(result.kind === 'answered' ? result.leaks.map(({ where }) => where) : []).toEqual([
      'header x-debug-token',
      'body',
    ]);
    expect(ledger.secrets.find(ledger.text())).toEqual([]);
    expect(ledger.text()).not.toContain('opaque-credential');
    expect(ledger.text()).toContain('Bearer [redacted sha256:');
  });

  test('refuses header names that switch authentication off', async () => {
    const { client, ledger } = await serve((_request, response) => json(response, 200, {}));
    const ask = { method: 'POST', budgetMs: 2_000, signal, recorder: ledger.recorder } as const;
    const headers = { 'X-E2E-Bypass-Key': 'k'.repeat(40) };

    await expect(client.request({ ...ask, path: '/api/threads', headers })).rejects.toThrow(TypeError);
    await expect(client.request({ ...ask, path: '/x', headers: { 'X-Test-Type': 'E2E' } })).rejects.toThrow(
      TypeError,
    );
    await expect(
      client.request({ ...ask, path: '/x', headers: { 'user-agent': 'a factory' } }),
    ).rejects.toThrow(TypeError);
    const exchange = await client.request({ ...ask, path: '/auth/e2e/test-auth', headers });

    expect(exchange.kind).toBe('answered');
    expect(ledger.text()).not.toContain('kkkkkkkk');
  });

  test('says why a body is not JSON', async () => {
    const { client, ledger } = await serve((_request, response) =>
      response.writeHead(502).end('<html>bad</html>'),
    );

    const result = await client.request({
      method: 'GET',
      path: '/',
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({
      kind: 'answered',
      status: 502,
      json: undefined,
      jsonError: 'the body is not JSON',
    });
  });

  test('cuts a body above the limit and says so', async () => {
    const { url, ledger } = await serve((_request, response) => response.end('x'.repeat(50_000)));
    await using client = createHttpClient({ baseUrl: url, runId: 'run-1', limits: { maxBodyBytes: 1_000 } });

    const result = await client.request({
      method: 'GET',
      path: '/',
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({ kind: 'answered', bodyCut: true });
    expect(result.kind === 'answered' ? result.text.length : 0).toBe(1_000);
  });

  test('fails on headers above the limit', async () => {
    const { client, ledger } = await serve((_request, response) =>
      response.writeHead(200, { 'x-bomb': 'x'.repeat(60_000) }).end('{}'),
    );

    const result = await client.request({
      method: 'GET',
      path: '/',
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({ kind: 'failed', phase: 'request', code: 'UND_ERR_HEADERS_OVERFLOW' });
  });

  test('does not follow a redirect', async () => {
    const { client, ledger } = await serve((_request, response) =>
      response.writeHead(302, { location: '/b' }).end(),
    );

    const result = await client.request({
      method: 'GET',
      path: '/a',
      budgetMs: 2_000,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({ kind: 'answered', status: 302, headers: { location: '/b' } });
  });

  test('censors an answer that is slower than the budget', async () => {
    const { client, ledger } = await serve(() => {});

    const result = await client.request({
      method: 'GET',
      path: '/slow',
      budgetMs: 50,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({ kind: 'censored', phase: 'request', budgetMs: 50 });
    expect(ledger.bodies('http.exchange')[0]?.outcome.kind).toBe('censored');
  });

  test('censors a body that never ends in phase body', async () => {
    const { client, ledger } = await serve((_request, response) => response.writeHead(200).write('half'));

    const result = await client.request({
      method: 'GET',
      path: '/',
      budgetMs: 60,
      signal,
      recorder: ledger.recorder,
    });

    expect(result).toMatchObject({ kind: 'censored', phase: 'body' });
  });

  test('fails with phase and system code', async () => {
    const { client, ledger, url } = await serve((request) => request.socket.resetAndDestroy());
    await using closed = createHttpClient({ baseUrl: 'http://127.0.0.1:1', runId: 'run-1' });
    await using missing = createHttpClient({ baseUrl: 'http://no-such-host.invalid', runId: 'run-1' });
    await using plain = createHttpClient({ baseUrl: url.replace('http:', 'https:'), runId: 'run-1' });
    const ask = { method: 'GET', path: '/', budgetMs: 4_000, signal, recorder: ledger.recorder } as const;

    expect(await client.request(ask)).toMatchObject({ kind: 'failed', phase: 'request', code: 'ECONNRESET' });
    expect(await closed.request(ask)).toMatchObject({ kind: 'failed', phase: 'tcp', code: 'ECONNREFUSED' });
    expect(await missing.request(ask)).toMatchObject({ kind: 'failed', phase: 'dns' });
    expect(await plain.request(ask)).toMatchObject({ kind: 'failed', phase: 'tls' });
  });

  test('keeps cookies per user', async () => {
    const seen: (string | undefined)[] = [];
    const { client, ledger } = await serve((request, response) => {
      seen.push(request.headers.cookie);
      response.setHeader('set-cookie', [`affinity=${String(request.headers['x-user'])}; Path=/; HttpOnly`]);
      json(response, 200, {});
    });
    const ask = async (user: string): Promise<unknown> =>
      client.request({
        method: 'GET',
        path: '/a',
        user,
        headers: { 'x-user': user },
        budgetMs: 2_000,
        signal,
        recorder: ledger.recorder,
      });

    await ask('u1');
    await ask('u2');
    await ask('u1');

    expect(seen).toEqual([undefined, undefined, 'affinity=u1']);
    expect(ledger.text()).not.toContain('affinity=u1');
  });

  test('rejects with the reason of its signal and records what was under way', async () => {
    const { client, ledger } = await serve(() => {});
    using deadline = new Deadline(40);

    const asked = client.request({
      method: 'GET',
      path: '/',
      budgetMs: 5_000,
      signal: deadline.signal,
      recorder: ledger.recorder,
    });

    await expect(asked).rejects.toBeInstanceOf(HarnessError);
    expect(ledger.bodies('http.exchange')[0]?.outcome.kind).toBe('censored');
  });
});
