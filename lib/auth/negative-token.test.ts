import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { resolveSettings, type Settings } from '../config/settings.ts';
import type { EvidenceBody } from '../evidence/evidence.ts';
import { SecretIndex } from '../foundation/redaction.ts';
import { createNegativeTokens } from './negative-token.ts';
import { NEGATIVE_TOKEN_NAMES, type NegativeTokenName } from './negative-token-name.ts';
import { createTokenSource } from './token-source.ts';
import { createUser } from './user.ts';

const SIGNING_KEY = 'sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i';
const KEY_BYTES = new TextEncoder().encode(SIGNING_KEY);
const DERIVED: readonly NegativeTokenName[] = [
  'wrong-signature',
  'alg-none',
  'truncated',
  'tampered-payload',
  'malformed',
  'none-mixed-case',
  'empty-signature',
  'empty-key',
];
const SIGNED = NEGATIVE_TOKEN_NAMES.filter((name) => !DERIVED.includes(name));
const user = createUser('u1', { runId: 'run-4711-abcdef' });
const { signal } = new AbortController();

function settingsOf(processEnvironment: Record<string, string>): Settings {
  const result = resolveSettings({
    environment: 'staging',
    fileText: null,
    filePath: '.env.staging',
    processEnvironment: {
      ENVIRONMENT: 'staging',
      BACKEND_URL: 'http://127.0.0.1:8000',
      AUTH_SERVICE_URL: 'http://127.0.0.1:8081',
      ...processEnvironment,
    },
  });
  if (!result.ok) throw new TypeError(JSON.stringify(result.problems));
  return result.settings;
}

const MINTED = settingsOf({ JWT_SECRET_KEY: SIGNING_KEY });

function negativesFor(settings: Settings) {
  const bodies: EvidenceBody[] = [];
  const recorder = { record: (body: EvidenceBody) => `t-${bodies.push(body)}`, now: () => 0 };
  const secrets = new SecretIndex();
  const registered: string[] = [];
  secrets.onRegister((value) => registered.push(value));
  const server = createTokenSource({
    settings: MINTED,
    recorder: { record: () => '', now: () => 0 },
    secrets,
  });
  const source = createTokenSource({
    settings,
    recorder,
    secrets,
    // The server's part: it signs with its own key and assigns its own subject.
    exchange: async () => {
      const token = await server.tokenFor({ ...user, subject: 'e2e-assigned' }, { signal });
      return { status: 200, body: { access_token: token.reveal() } };
    },
  });
  return {
    negatives: createNegativeTokens({ settings, source, recorder, secrets }),
    source,
    bodies,
    registered,
  };
}

const verify = async (value: string, options = {}) =>
  jwtVerify(value, KEY_BYTES, { issuer: 'netra-auth-service', audience: 'netra-platform', ...options });

describe('negative tokens', () => {
  test.each([
    ['expired', { code: 'ERR_JWT_EXPIRED' }],
    ['not-yet-valid', { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'nbf' }],
    ['wrong-issuer', { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'iss' }],
    ['wrong-audience', { code: 'ERR_JWT_CLAIM_VALIDATION_FAILED', claim: 'aud' }],
    ['wrong-signature', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['tampered-payload', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['truncated', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['none-mixed-case', { code: 'ERR_JOSE_NOT_SUPPORTED' }],
    ['empty-signature', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['empty-key', { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' }],
    ['malformed', { code: 'ERR_JWS_INVALID' }],
  ] as const)('%s is refused by a correct verifier for that reason', async (name, reason) => {
    const token = await negativesFor(MINTED).negatives.tokenFor(name, user, { signal });

    await expect(verify(token.reveal())).rejects.toMatchObject(reason);
  });

  test.each([
    ['wrong-environment', { env: 'development' }],
    ['placeholder-subject', { sub: expect.stringMatching(/^test-user-[0-9a-f]{8}$/) }],
    ['wrong-type', { token_type: 'refresh', type: 'refresh' }],
  ] as const)('%s is correctly signed with %o', async (name, claims) => {
    const token = await negativesFor(MINTED).negatives.tokenFor(name, user, { signal });

    expect((await verify(token.reveal())).payload).toMatchObject(claims);
  });

  test('missing-subject is correctly signed and has no sub', async () => {
    const token = await negativesFor(MINTED).negatives.tokenFor('missing-subject', user, { signal });

    expect((await verify(token.reveal())).payload.sub).toBeUndefined();
    expect(token.subject).toBeNull();
  });

  test('missing-expiry is correctly signed, and only who demands an expiry refuses it', async () => {
    const token = await negativesFor(MINTED).negatives.tokenFor('missing-expiry', user, { signal });
    const { payload } = await verify(token.reveal());

    expect(payload).toMatchObject({ sub: user.subject });
    expect([payload.exp, token.expiresAtSec]).toEqual([undefined, null]);
    await expect(verify(token.reveal(), { requiredClaims: ['exp'] })).rejects.toMatchObject({ claim: 'exp' });
  });

  test('forgeries have the claims of a valid token, each under its own signature', async () => {
    const { negatives, source } = negativesFor(MINTED);
    const [, payload] = (await source.tokenFor(user, { signal })).reveal().split('.');
    const forged = async (name: NegativeTokenName) =>
      (await negatives.tokenFor(name, user, { signal })).reveal().split('.');
    const [mixedCase, unsigned, emptyKey] = [
      await forged('none-mixed-case'),
      await forged('empty-signature'),
      await forged('empty-key'),
    ];

    expect([mixedCase[1], unsigned[1], emptyKey[1]]).toEqual([payload, payload, payload]);
    expect(
      [mixedCase, unsigned, emptyKey].map((parts) => decodeProtectedHeader(parts.join('.')).alg),
    ).toEqual(['nOnE', 'HS256', 'HS256']);
    expect([mixedCase[2], unsigned[2]]).toEqual(['', '']);
    expect(emptyKey[2]).toBe(
      createHmac('sha256', '').update(`${emptyKey[0]}.${emptyKey[1]}`).digest('base64url'),
    );
  });

  test('alg-none has the claims of a valid token and no signature', async () => {
    const token = await negativesFor(MINTED).negatives.tokenFor('alg-none', user, { signal });

    expect(decodeProtectedHeader(token.reveal()).alg).toBe('none');
    expect(decodeJwt(token.reveal()).sub).toBe(user.subject);
    expect(token.reveal()).toMatch(/\.$/);
  });

  test.each(SIGNED)(
    '%s has no second defect: claims, age and lifetime are those of a valid token',
    async (name) => {
      const { negatives, source } = negativesFor(MINTED);
      const valid = await source.tokenFor(user, { signal });
      const token = await negatives.tokenFor(name, user, { signal });
      const differing = Object.keys({ ...valid.claims, ...token.claims }).filter(
        (claim) => JSON.stringify(valid.claims[claim]) !== JSON.stringify(token.claims[claim]),
      );
      const dates = ['iat', 'exp', 'jti'];
      const defects = new Map<NegativeTokenName, readonly string[]>([
        ['expired', []],
        ['not-yet-valid', ['nbf']],
        ['wrong-issuer', ['iss']],
        ['wrong-audience', ['aud']],
        ['wrong-environment', ['env']],
        ['wrong-type', ['token_type', 'type']],
        ['missing-subject', ['sub']],
        ['placeholder-subject', ['sub']],
        ['missing-expiry', []],
      ]);

      expect(differing.filter((claim) => !dates.includes(claim))).toEqual(defects.get(name));
      expect(Number(token.expiresAtSec) - Number(token.issuedAtSec)).toBeLessThanOrEqual(900);
    },
  );

  test.each(NEGATIVE_TOKEN_NAMES)(
    '%s is registered as a secret and recorded under its name',
    async (name) => {
      const { negatives, bodies, registered } = negativesFor(MINTED);
      const token = await negatives.tokenFor(name, user, { signal });

      expect(registered).toContain(token.reveal());
      expect(bodies.at(-1)).toMatchObject({ kind: 'token', invalid: name, fingerprint: token.fingerprint });
      expect(token.invalid).toBe(name);
    },
  );

  test('makes only derived ones without a signing key, and names the capability for the others', async () => {
    const { negatives } = negativesFor(settingsOf({ E2E_OAUTH_SIMULATION_KEY: 'kQ7vXz2mPw9RtY4u' }));

    expect([...negatives.available].sort()).toEqual([...DERIVED].sort());
    await expect(negatives.tokenFor('expired', user, { signal })).rejects.toMatchObject({
      code: 'CAPABILITY_MISSING',
      details: { negativeToken: 'expired' },
    });
    await expect(negatives.tokenFor('alg-none', user, { signal })).resolves.toMatchObject({
      source: 'exchange',
    });
  });

  test('makes a valid token that expires when it is told to', async () => {
    const { negatives } = negativesFor(MINTED);
    const expiresAtSec = Math.floor(Date.now() / 1000) + 60;
    const token = await negatives.expiringFor(user, expiresAtSec, { signal });

    expect((await verify(token.reveal())).payload).toMatchObject({ sub: user.subject, exp: expiresAtSec });
    expect(token.invalid).toBeNull();
  });

  test('keeps the subject that the server assigned, and controls our key with a token of our own', async () => {
    const both = settingsOf({ E2E_OAUTH_SIMULATION_KEY: 'kQ7vXz2mPw9RtY4u', JWT_SECRET_KEY: SIGNING_KEY });
    const { negatives, source } = negativesFor(both);
    const expired = await negatives.tokenFor('expired', user, { signal });
    const control = await negatives.controlFor('expired', user, { signal });

    expect([expired.subject, expired.source]).toEqual(['e2e-assigned', 'minted']);
    expect(control).toMatchObject({ subject: 'e2e-assigned', source: 'minted', invalid: null });
    await expect(verify(control.reveal())).resolves.toBeDefined();
    expect(await negatives.controlFor('alg-none', user, { signal })).toBe(
      await source.tokenFor(user, { signal }),
    );
  });
});
