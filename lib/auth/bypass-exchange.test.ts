import { createServer, type IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { SignJWT } from 'jose';
import { request as send } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { HarnessError } from '../foundation/errors.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { Secret } from '../foundation/secret.ts';
import { BypassExchange, type ExchangeRequest, issuedSubject } from './bypass-exchange.ts';
import { createUser } from './user.ts';

const KEY = 'kQ7vXz2mPw9RtY4u';
const user = createUser('u1', { runId: 'run-4711-abcdef', permissions: ['chat'] });
const { signal } = new AbortController();

let answer: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };
let received: {
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly body: string;
} | null = null;
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
  request.on('end', () => {
    received = { headers: request.headers, path: request.url ?? '', body };
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
});
let authServiceUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  authServiceUrl = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(async () => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  received = null;
});

const overHttp: ExchangeRequest = async ({ method, url, headers, json }, options) => {
  const response = await send(url, {
    method,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(json),
    signal: options.signal,
  });
  return { status: response.statusCode, body: await response.body.json() };
};

function exchangeWith(secrets = new SecretIndex(), part = {}): BypassExchange {
  secrets.register(KEY, 'E2E_OAUTH_SIMULATION_KEY');
  return new BypassExchange(
    {
      environment: 'staging',
      marker: 'staging',
      allowedHosts: [],
      authServiceUrl,
      bypassKey: new Secret('E2E_OAUTH_SIMULATION_KEY', KEY),
      ...part,
    },
    secrets,
    overHttp,
  );
}

async function tokenOf(sub: string): Promise<string> {
  return new SignJWT({ sub, iat: 1_760_000_000, exp: 1_760_000_900 })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from('sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i'));
}

async function failureOf(work: Promise<unknown>): Promise<HarnessError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HarnessError)) throw new TypeError(`expected a HarnessError, got ${String(error)}`);
  return error;
}

describe('BypassExchange', () => {
  test('sends the key in its header only and returns the token with the subject of the server', async () => {
    const accessToken = await tokenOf('e2e-sg-4711');
    const refreshToken = await tokenOf('e2e-sg-4711-refresh');
    answer = {
      status: 200,
      body: { access_token: accessToken, refresh_token: refreshToken, user: { id: 'x' } },
    };
    const secrets = new SecretIndex();
    const registered: string[] = [];
    secrets.onRegister((value) => registered.push(value));
    const token = await exchangeWith(secrets).exchange(user, signal);

    expect(received).toMatchObject({ path: '/auth/e2e/test-auth', headers: { 'x-e2e-bypass-key': KEY } });
    expect(JSON.parse(received?.body ?? '')).toEqual({
      email: user.email,
      name: 'u1',
      permissions: ['chat'],
    });
    expect(token).toMatchObject({
      subject: 'e2e-sg-4711',
      source: 'exchange',
      invalid: null,
      expiresAtSec: 1_760_000_900,
    });
    expect(registered).toEqual(expect.arrayContaining([accessToken, refreshToken]));
  });

  test.each([
    [403, 'E2E test authentication is not available in production', 'bypass-in-production'],
    [401, 'E2E bypass key required', 'bypass-key-missing'],
    [401, 'Invalid E2E bypass key', 'bypass-key-rejected'],
    [503, 'E2E authentication not configured', 'bypass-not-configured'],
    [503, 'Service is shutting down gracefully', 'unexpected-status'],
    [422, 'Invalid JSON body', 'request-invalid'],
    [500, 'Failed to generate E2E test tokens', 'issuing-failed'],
    [404, 'Not Found', 'endpoint-missing'],
    [302, 'moved', 'redirected'],
  ])('explains HTTP %i "%s" as %s', async (status, detail, reason) => {
    answer = { status, body: { detail } };
    const error = await failureOf(exchangeWith().exchange(user, signal));

    expect(error).toMatchObject({ code: 'TOKEN_REFUSED', details: { status, reason, detail } });
    expect(error.next).not.toBeNull();
  });

  test.each([
    ['no token', {}, 'unexpected-body'],
    ['a list', [], 'unexpected-body'],
    ['another text as token', { access_token: 'canned' }, 'unreadable-token'],
    ['a token that no header can hold', { access_token: 'a\u0000b' }, 'unexpected-body'],
  ])('refuses %s in a body with HTTP 200', async (_what, body, reason) => {
    answer = { status: 200, body };

    expect(await failureOf(exchangeWith().exchange(user, signal))).toMatchObject({
      code: 'TOKEN_REFUSED',
      details: { reason },
    });
  });

  test('never shows the key or a token that the server sends back', async () => {
    const accessToken = await tokenOf('x');
    answer = { status: 401, body: { detail: `Invalid E2E bypass key ${KEY} ${accessToken}` } };
    const error = await failureOf(exchangeWith().exchange(user, signal));
    const text = `${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error.details)}`;

    expect(text).not.toContain(KEY.slice(0, 8));
    expect(text).not.toContain(accessToken.slice(-12));
  });

  test('names an auth service that does not answer', async () => {
    const exchange = exchangeWith(new SecretIndex(), { authServiceUrl: 'http://127.0.0.1:1' });

    expect(await failureOf(exchange.exchange(user, signal))).toMatchObject({ code: 'HTTP_FAILED' });
  });

  test.each([
    { marker: 'production' },
    { authServiceUrl: 'https://auth.netrasystems.ai', allowedHosts: ['auth.netrasystems.ai'] },
    { authServiceUrl: 'https://elsewhere.org' },
  ])('sends no key when the production guard objects: %o', (part) => {
    expect(() => exchangeWith(new SecretIndex(), part)).toThrow(
      expect.objectContaining({ code: 'PRODUCTION_GUARD' }),
    );
    expect(received).toBeNull();
  });
});

describe('an attempt at the exchange', () => {
  test.each([
    ['none', undefined],
    ['right', KEY],
  ] as const)('with the key %s sends %s', async (key, sent) => {
    answer = { status: 401, body: { detail: 'E2E bypass key required' } };
    const result = await exchangeWith().attempt(user, key, signal);

    expect(result).toEqual({ kind: 'refused', status: 401, detail: 'E2E bypass key required' });
    expect(received?.headers['x-e2e-bypass-key']).toBe(sent);
  });

  test('with a wrong key sends another one each time, never the configured one', async () => {
    answer = { status: 401, body: {} };
    const exchange = exchangeWith();
    await exchange.attempt(user, 'wrong', signal);
    const first = received?.headers['x-e2e-bypass-key'];
    await exchange.attempt(user, 'wrong', signal);

    expect(first).toMatch(/^[\w-]{43}$/);
    expect(received?.headers['x-e2e-bypass-key']).not.toBe(first);
  });

  test('keeps the refresh token as a secret that the index knows', async () => {
    const secrets = new SecretIndex();
    answer = {
      status: 200,
      body: { access_token: await tokenOf('e2e-u1'), refresh_token: 'refresh-4711-abcdef' },
    };
    const result = await exchangeWith(secrets).attempt(user, 'right', signal);

    expect(result.kind === 'issued' ? result.refreshToken?.reveal() : null).toBe('refresh-4711-abcdef');
    expect(JSON.stringify(result)).not.toContain('4711');
    expect(secrets.find('refresh-4711-abcdef')).toHaveLength(1);
  });

  test('reads the subject of an issued token, and none where there is no JWT', async () => {
    expect(issuedSubject({ access_token: await tokenOf('e2e-u1') })).toBe('e2e-u1');
    expect(issuedSubject({ access_token: 'not-a-token' })).toBeNull();
    expect(issuedSubject({ detail: 'Invalid refresh token' })).toBeNull();
  });
});
