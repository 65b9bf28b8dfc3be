import { jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { resolveSettings, type Settings } from '../config/settings.ts';
import type { EvidenceBody } from '../evidence/evidence.ts';
import type { Recorder } from '../evidence/ledger.ts';
import type { Clock } from '../foundation/clock.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import type { ExchangeRequest } from './bypass-exchange.ts';
import { createTokenSource, type TokenSource } from './token-source.ts';
import { users, type User } from './user.ts';

const SIGNING_KEY = 'sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i';
const KEY_BYTES = new TextEncoder().encode(SIGNING_KEY);
const [alice, bob, carol] = users(3, { runId: 'run-4711-abcdef' });
if (alice === undefined || bob === undefined || carol === undefined)
  throw new TypeError('expected three users');
const { signal } = new AbortController();

function settingsWith(values: Record<string, string> = {}): Settings {
  const result = resolveSettings({
    environment: 'staging',
    fileText: null,
    filePath: '.env.staging',
    processEnvironment: {
      ENVIRONMENT: 'staging',
      BACKEND_URL: 'http://127.0.0.1:8000',
      AUTH_SERVICE_URL: 'http://127.0.0.1:8081',
      JWT_SECRET_KEY: SIGNING_KEY,
      ...values,
    },
  });
  if (!result.ok) throw new TypeError(JSON.stringify(result.problems));
  return result.settings;
}

class Records implements Recorder {
  readonly bodies: EvidenceBody[] = [];
  record(body: EvidenceBody): string {
    this.bodies.push(body);
    return `t-${this.bodies.length}`;
  }
  now(): number {
    return 0;
  }
}

class ManualClock implements Clock {
  ms = 0;
  now(): number {
    return this.ms;
  }
  wallTime(): Date {
    return new Date(1_760_000_000_000 + this.ms);
  }
}

function minted(options: { readonly clock?: Clock; readonly settings?: Settings } = {}) {
  const recorder = new Records();
  const secrets = new SecretIndex();
  const registered: string[] = [];
  secrets.onRegister((value) => registered.push(value));
  const source = createTokenSource({ settings: settingsWith(), recorder, secrets, ...options });
  return { source, recorder, registered };
}

describe('minted tokens', () => {
  test('carry every claim of a correct access token and verify with the key', async () => {
    const { source } = minted();
    const token = await source.tokenFor(alice, { signal });
    const { payload, protectedHeader } = await jwtVerify(token.reveal(), KEY_BYTES, {
      issuer: 'netra-auth-service',
      audience: 'netra-platform',
    });

    expect(protectedHeader.alg).toBe('HS256');
    expect(payload).toMatchObject({
      sub: alice.subject,
      email: alice.email,
      permissions: [...alice.permissions],
      token_type: 'access',
      type: 'access',
      env: 'staging',
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
    expect(token.claims).toEqual(payload);
  });

  test('are registered as secrets and recorded, without their text', async () => {
    const { source, recorder, registered } = minted();
    const token = await source.tokenFor(alice, { signal });

    expect(registered).toContain(token.reveal());
    expect(registered).toContain(SIGNING_KEY);
    expect(recorder.bodies).toMatchObject([
      {
        kind: 'token',
        subject: alice.subject,
        source: 'minted',
        invalid: null,
        fingerprint: token.fingerprint,
      },
    ]);
    expect(JSON.stringify(recorder.bodies)).not.toContain(token.reveal().slice(-20));
  });

  test('are cached per subject and renewed at 80 % of their lifetime', async () => {
    const clock = new ManualClock();
    const { source, recorder } = minted({ clock });
    const first = await source.tokenFor(alice, { signal });
    const other = await source.tokenFor(bob, { signal });
    clock.ms = 239_999;
    const cached = await source.tokenFor(alice, { signal });
    clock.ms = 240_000;
    const renewed = await source.tokenFor(alice, { signal });

    expect(cached).toBe(first);
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(renewed.claims['jti']).not.toBe(first.claims['jti']);
    expect(recorder.bodies).toHaveLength(4);
  });

  test('go to the recorder of the caller, cached or not', async () => {
    const { source, recorder } = minted();
    const own = new Records();
    await source.tokenFor(alice, { signal });
    await source.tokenFor(alice, { signal, recorder: own });

    expect([recorder.bodies.length, own.bodies.length]).toEqual([1, 1]);
  });

  test('come in batches, in the order of the users, each distinct', async () => {
    const { source } = minted();
    const list = users(200, { runId: 'run-4711-abcdef' });
    const tokens = await source.mintBatch(list, { signal });

    expect(tokens.map(({ subject }) => subject)).toEqual(list.map(({ subject }) => subject));
    expect(new Set(tokens.map(({ claims }) => claims['jti'])).size).toBe(200);
  });

  test.each([
    ['the marker', { marker: 'production' }],
    ['a host', { backendUrl: 'https://api.netrasystems.ai', allowedHosts: ['api.netrasystems.ai'] }],
    ['a host that is not listed', { websocketUrl: 'wss://elsewhere.org/ws' }],
  ])('are never made when the production guard objects to %s', (_what, part) => {
    expect(() => minted({ settings: { ...settingsWith(), ...part } })).toThrow(
      expect.objectContaining({ code: 'PRODUCTION_GUARD' }),
    );
  });
});

describe('single flight', () => {
  type Answer = Awaited<ReturnType<ExchangeRequest>>;

  async function answerFor(user: User): Promise<Answer> {
    const { source } = minted();
    const token = await source.tokenFor(user, { signal });
    return { status: 200, body: { access_token: token.reveal() } };
  }

  /** An exchange whose answers the test releases; it reports how often it was asked and which signals ended. */
  function heldExchange() {
    const calls: { readonly signal: AbortSignal; readonly release: (answer: Answer) => void }[] = [];
    const exchange: ExchangeRequest = async (_request, options) =>
      new Promise((resolve, reject) => {
        options.signal.addEventListener('abort', () => reject(options.signal.reason), { once: true });
        calls.push({ signal: options.signal, release: resolve });
      });
    const source: TokenSource = createTokenSource({
      settings: settingsWith({ E2E_OAUTH_SIMULATION_KEY: 'kQ7vXz2mPw9RtY4u' }),
      recorder: new Records(),
      secrets: new SecretIndex(),
      exchange,
    });
    return { source, calls };
  }

  test('shares one exchange between callers of one subject', async () => {
    const { source, calls } = heldExchange();
    const waiting = [1, 2, 3].map(async () => source.tokenFor(alice, { signal }));
    calls[0]?.release(await answerFor(alice));
    const tokens = await Promise.all(waiting);

    expect(calls).toHaveLength(1);
    expect(new Set(tokens).size).toBe(1);
  });

  test('goes on for the others when one caller gives up', async () => {
    const { source, calls } = heldExchange();
    const impatient = new AbortController();
    const first = source.tokenFor(alice, { signal: impatient.signal }).catch((error: unknown) => error);
    const second = source.tokenFor(alice, { signal });
    impatient.abort(new Error('gave up'));
    calls[0]?.release(await answerFor(alice));

    expect(await first).toEqual(new Error('gave up'));
    await expect(second).resolves.toMatchObject({ subject: alice.subject, source: 'exchange' });
  });

  test('ends with its last caller, and the next one starts anew', async () => {
    const { source, calls } = heldExchange();
    const impatient = new AbortController();
    const first = source.tokenFor(alice, { signal: impatient.signal }).catch((error: unknown) => error);
    impatient.abort(new Error('gave up'));
    expect(await first).toEqual(new Error('gave up'));
    const second = source.tokenFor(alice, { signal });
    calls[1]?.release(await answerFor(alice));

    expect(calls[0]?.signal.aborted).toBe(true);
    await expect(second).resolves.toMatchObject({ subject: alice.subject });
  });

  test('does not keep a failure', async () => {
    const { source, calls } = heldExchange();
    const first = source.tokenFor(alice, { signal });
    calls[0]?.release({ status: 503, body: { detail: 'E2E authentication not configured' } });
    await expect(first).rejects.toMatchObject({ code: 'TOKEN_REFUSED' });
    const second = source.tokenFor(alice, { signal });
    calls[1]?.release(await answerFor(alice));

    await expect(second).resolves.toMatchObject({ subject: alice.subject });
  });

  test('refuses one subject for two users', async () => {
    const { source, calls } = heldExchange();
    const first = source.tokenFor(alice, { signal });
    calls[0]?.release(await answerFor(alice));
    await first;
    const second = source.tokenFor(carol, { signal });
    calls[1]?.release(await answerFor(alice));

    await expect(second).rejects.toMatchObject({
      code: 'TOKEN_REFUSED',
      details: { reason: 'shared-identity' },
    });
  });
});
