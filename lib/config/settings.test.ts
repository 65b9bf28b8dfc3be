import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../foundation/secret.ts';
import { RETIRED_NAMES } from './retired-setting.ts';
import { SETTING_LIST } from './setting-catalogue.ts';
import { resolveSettings, type EmbeddedTarget, type SettingsInput, type SettingsResult } from './settings.ts';

const BYPASS_KEY = 'kQ7vXz2mPw9RtY4u';
const SIGNING_KEY = 'sJ3nVb8xCq1LdF6gHk5ZpW0aTyE7rU2i';

const VALID = {
  ENVIRONMENT: 'staging',
  BACKEND_URL: 'https://api.staging.netrasystems.ai/',
  AUTH_SERVICE_URL: 'https://auth.staging.netrasystems.ai',
  ALLOWED_HOSTS: '*.staging.netrasystems.ai',
  E2E_OAUTH_SIMULATION_KEY: BYPASS_KEY,
};

const EMBEDDED: EmbeddedTarget = {
  backendUrl: 'http://127.0.0.1:41000',
  authServiceUrl: 'http://127.0.0.1:41001',
  websocketUrl: 'ws://127.0.0.1:41000/ws',
  caFile: null,
  environment: 'staging',
  revision: '0f1e2d3c',
  timeScale: 0.1,
  jwtSecretKey: new Secret('JWT_SECRET_KEY', SIGNING_KEY),
  bypassKey: new Secret('E2E_OAUTH_SIMULATION_KEY', BYPASS_KEY),
};

function resolve(values: Record<string, string>, input: Partial<SettingsInput> = {}): SettingsResult {
  const fileText = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  return resolveSettings({
    environment: 'staging',
    fileText: fileText.join(''),
    filePath: '.env.staging',
    processEnvironment: {},
    ...input,
  });
}

const problemsOf = (result: SettingsResult) => (result.ok ? [] : result.problems);
const namesOf = (result: SettingsResult) => problemsOf(result).map(({ setting }) => setting);
const settingsOf = (result: SettingsResult) => (result.ok ? result.settings : result.problems);

describe('resolveSettings', () => {
  test('resolves a staging file with defaults and derived values', () => {
    expect(settingsOf(resolve(VALID))).toMatchObject({
      environment: 'staging',
      embedded: false,
      marker: 'staging',
      backendUrl: 'https://api.staging.netrasystems.ai',
      websocketUrl: 'wss://api.staging.netrasystems.ai/ws',
      allowedHosts: ['*.staging.netrasystems.ai'],
      tokenSource: 'exchange',
      jwtIssuer: 'netra-auth-service',
      jwtAudience: 'netra-platform',
      tokenTtlSec: 300,
      refusalForm: 'close-1008-after-error',
      revisionHeader: 'x-service-revision',
      readinessBudgetMs: 45_000,
      idleSurvivalMs: 20_000,
      isolationUsers: 5,
      requestsPerMinute: 60,
      timeScale: 1,
      expectedRevision: null,
      caFile: null,
    });
  });

  test('derives the socket of a production-like twin, and has none unless both addresses are set', () => {
    const twin = {
      PRODUCTION_TWIN_URL: 'https://twin.staging.netrasystems.ai',
      PRODUCTION_TWIN_AUTH_URL: 'https://twin-auth.staging.netrasystems.ai',
    };

    expect(settingsOf(resolve(VALID))).toMatchObject({ productionTwin: null });
    expect(settingsOf(resolve({ ...VALID, ...twin }))).toMatchObject({
      productionTwin: { websocketUrl: 'wss://twin.staging.netrasystems.ai/ws' },
    });
    expect(namesOf(resolve({ ...VALID, PRODUCTION_TWIN_URL: twin.PRODUCTION_TWIN_URL }))).toEqual([
      'PRODUCTION_TWIN_AUTH_URL',
    ]);
  });

  test('refuses a real production as the twin', () => {
    const result = resolve({
      ...VALID,
      ALLOWED_HOSTS: '*.netrasystems.ai',
      PRODUCTION_TWIN_URL: 'https://api.netrasystems.ai',
      PRODUCTION_TWIN_AUTH_URL: 'https://auth.netrasystems.ai',
    });

    expect(namesOf(result)).toEqual(['PRODUCTION_TWIN_URL', 'PRODUCTION_TWIN_AUTH_URL']);
  });

  test('names every missing setting in one result when nothing is configured', () => {
    const result = resolve({}, { fileText: null });

    expect(namesOf(result).sort()).toEqual([
      'ALLOWED_HOSTS',
      'AUTH_SERVICE_URL',
      'BACKEND_URL',
      'E2E_OAUTH_SIMULATION_KEY',
      'ENVIRONMENT',
    ]);
    expect(problemsOf(result).every(({ next }) => next.length > 0)).toBe(true);
  });

  test('lets the process environment win over the file and reports the origin of each value', () => {
    const result = resolve(VALID, {
      processEnvironment: { TOKEN_TTL_SEC: '120', AUTH_SERVICE_URL: 'https://login.staging.netrasystems.ai' },
    });
    const origins = Object.fromEntries(
      (result.ok ? result.report : []).map(({ name, origin }) => [name, origin]),
    );

    expect(settingsOf(result)).toMatchObject({
      tokenTtlSec: 120,
      authServiceUrl: 'https://login.staging.netrasystems.ai',
    });
    expect(origins).toMatchObject({
      AUTH_SERVICE_URL: 'process environment',
      BACKEND_URL: '.env.staging',
      WEBSOCKET_URL: 'derived from BACKEND_URL',
      TOKEN_SOURCE: 'derived from E2E_OAUTH_SIMULATION_KEY',
      REFUSAL_FORM: 'default',
    });
    expect(Object.keys(origins)).toEqual(SETTING_LIST.map(({ name }) => name));
  });

  test('accepts an alias and names the canonical setting in a warning', () => {
    const { BACKEND_URL, ...rest } = VALID;
    const result = resolve({ ...rest, STAGING_BACKEND_URL: BACKEND_URL });

    expect(settingsOf(result)).toMatchObject({ backendUrl: 'https://api.staging.netrasystems.ai' });
    expect(result.warnings).toEqual([
      'STAGING_BACKEND_URL (.env.staging) is an old name of BACKEND_URL: rename it',
    ]);
  });

  test.each([
    ['in one file', { STAGING_URL: 'https://other.staging.netrasystems.ai' }, {}],
    ['across sources', {}, { STAGING_URL: 'https://other.staging.netrasystems.ai' }],
  ])('refuses an alias that contradicts the canonical setting %s', (_where, file, processEnvironment) => {
    expect(namesOf(resolve({ ...VALID, ...file }, { processEnvironment }))).toEqual(['BACKEND_URL']);
  });

  test('accepts an alias that repeats the canonical value', () => {
    expect(resolve({ ...VALID, E2E_TEST_ENV: 'staging' }).ok).toBe(true);
  });

  test('points out unknown names with the nearest known one', () => {
    const result = resolve(
      { ...VALID, BACKEND_ULR: 'x' },
      { processEnvironment: { STAGING_AUTH_SERVICE_ULR: 'y', HOME: '/root', XDG_UNKNOWN: '1' } },
    );

    expect(problemsOf(result)).toMatchObject([
      { setting: 'BACKEND_ULR', next: expect.stringContaining('BACKEND_URL') },
      { setting: 'STAGING_AUTH_SERVICE_ULR', next: expect.stringContaining('AUTH_SERVICE_URL') },
    ]);
  });

  test.each([
    'BYPASS_STAGING_HEALTH_CHECK',
    'ALLOW_PROD_TESTS',
    'STAGING_TEST_JWT_TOKEN',
    'STAGING_TEST_API_KEY',
  ])('refuses %s by name, in the file and in the process environment', (name) => {
    expect(namesOf(resolve({ ...VALID, [name]: 'true' }))).toEqual([name]);
    expect(namesOf(resolve(VALID, { processEnvironment: { [name]: 'true' } }))).toEqual([name]);
  });

  test('warns of server flags of the original harness, which have no effect', () => {
    const result = resolve({ ...VALID, E2E_TESTING: '1' });

    expect(result.ok).toBe(true);
    expect(result.warnings).toEqual([expect.stringContaining('E2E_TESTING (.env.staging) has no effect')]);
  });

  test('ignores staging names of the process environment for another environment', () => {
    const result = resolve(
      {},
      {
        environment: 'qa',
        fileText: null,
        processEnvironment: { STAGING_URL: 'https://api.staging.netrasystems.ai' },
      },
    );

    expect(namesOf(result)).toContain('BACKEND_URL');
    expect(result.warnings).toEqual([expect.stringContaining('ignores STAGING_URL')]);
  });

  test.each([
    ['E2E_OAUTH_SIMULATION_KEY', 'short-key-15ch.'],
    ['E2E_OAUTH_SIMULATION_KEY', 'key with blanks in it'],
    ['JWT_SECRET_KEY', 'only-31-characters-long-secret.'],
    ['JWT_SECRET_KEY', 'changeme-changeme-changeme-changeme'],
    ['JWT_SECRET_KEY', 'aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbb'],
    ['JWT_SECRET_KEY', 'your-super-secret-jwt-key-change-in-production'],
  ])('refuses %s = %s without showing it', (name, value) => {
    const result = resolve({ ...VALID, [name]: `"${value}"` });

    expect(namesOf(result)).toEqual([name]);
    expect(JSON.stringify(result)).not.toContain(value.slice(0, 8));
  });

  test('refuses the example file as it is', async () => {
    const { readFileSync } = await import('node:fs');
    const result = resolve({}, { fileText: readFileSync('.env.staging.example', 'utf8') });

    expect(namesOf(result)).toEqual(
      expect.arrayContaining(['BACKEND_URL', 'AUTH_SERVICE_URL', 'E2E_OAUTH_SIMULATION_KEY']),
    );
  });

  test('shows a secret as fingerprint and length only, and no secret anywhere', () => {
    const result = resolve({ ...VALID, JWT_SECRET_KEY: SIGNING_KEY });
    const lines = result.ok ? result.report : [];

    expect(lines.find(({ name }) => name === 'JWT_SECRET_KEY')?.value).toMatch(
      /^sha256:[0-9a-f]{8} \(32 characters\)$/,
    );
    expect(JSON.stringify(result)).not.toContain(SIGNING_KEY.slice(0, 8));
    expect(JSON.stringify(result)).not.toContain(BYPASS_KEY.slice(0, 8));
  });

  test('hides a secret that was put into another setting, user information and a query', () => {
    const result = resolve({
      ...VALID,
      JWT_ISSUER: `"${SIGNING_KEY} x"`,
      JWT_SECRET_KEY: SIGNING_KEY,
      BACKEND_URL: 'https://alice:hunter2hunter2@api.staging.netrasystems.ai',
      AUTH_SERVICE_URL: 'https://auth.staging.netrasystems.ai/?token=abcdefghijkl',
    });

    expect(namesOf(result).sort()).toEqual(['AUTH_SERVICE_URL', 'BACKEND_URL', 'JWT_ISSUER']);
    expect(JSON.stringify(result)).not.toMatch(new RegExp(`${SIGNING_KEY.slice(0, 8)}|hunter2|abcdefghij`));
  });

  test.each([
    ['JWT_ISSUER', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.${'c2lnbmF0dXJl'}`],
    ['JWT_AUDIENCE', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0'],
    ['BACKEND_URL', 'https://api.staging.netrasystems.ai/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.x'],
    ['WEBSOCKET_ORIGIN', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyLTE3In0.x'],
    ['BACKEND_URL', 'https://api.staging.netrasystems.ai/wG7kT2pQ9xZ4mB1vN8cL5rS0'],
  ])('refuses a token, or an address with a key, in %s and does not show it', (name, value) => {
    const result = resolve({ ...VALID, [name]: value });

    expect(namesOf(result)).toEqual([name]);
    expect(JSON.stringify(result)).not.toMatch(/eyJ|wG7kT2/);
  });

  test.each([
    ['JWT_ISSUER', 'wG7kT2pQ9xZ4mB1vN8cL5rS0'],
    ['CA_FILE', '0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
  ])('masks what looks like a key in %s, and warns', (name, value) => {
    const result = resolve({ ...VALID, [name]: value });
    const shown = result.ok ? result.report.find((line) => line.name === name)?.value : null;

    expect(shown).toMatch(/^\[looks like a key, \d+ characters\]$/);
    expect(result.warnings.filter((text) => text.startsWith(`${name} (`))).toHaveLength(1);
    expect(JSON.stringify([result.ok ? result.report : null, result.warnings])).not.toMatch(
      /wG7kT2|0f1e2d3c/,
    );
  });

  const PASTED = [
    'k3j2h4g5f6d7s8a9q1w2e3r4t5y6u7i8',
    'q7/Zt2+Xk9mB4vN1c8L5rS0wG7kT2pQ9xZ4mB1vN8cI=',
    '7c9e6679-7425-40de-944b-e07fc1f90ae7',
    'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    'TopSecretBypassKeyOfStaging2026',
  ];
  const BUILD_ID = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
  const PUBLIC_SETTINGS = SETTING_LIST.filter(({ kind }) => kind !== 'secret').map(({ name }) => name);

  test.each(
    PUBLIC_SETTINGS.flatMap((name) =>
      // A revision may be the id of a build.
      PASTED.filter((value) => name !== 'EXPECTED_REVISION' || value !== BUILD_ID).map(
        (value) => [name, value] as const,
      ),
    ),
  )('never says what a secret is that was pasted into %s: %s', (name, value) => {
    const result = resolve({ ...VALID, [name]: value });
    const said = JSON.stringify(
      result.ok ? [result.report, result.warnings] : [result.problems, result.warnings],
    ).toLowerCase();

    expect(said).toContain(name.toLowerCase());
    expect(said).not.toContain(value.slice(0, 8).toLowerCase());
    expect(said).not.toContain(value.slice(-8).toLowerCase());
  });

  test.each([
    ['TOKEN_SOURCE', 'mintd', "'mintd'"],
    ['TIME_SCALE', '1e-3', "'1e-3'"],
    ['TOKEN_TTL_SEC', '901', "'901'"],
    ['REFUSAL_FORM', 'hunter2hunt', '11 characters of another form, which are not shown'],
    [
      'BACKEND_URL',
      'https://api.staging.netrasystems.ai/?a=b',
      'an address of 40 characters with a query or fragment, which is not shown',
    ],
    ['ENVIRONMENT', '"two words"', '9 characters with blanks among them, which are not shown'],
  ])('says of %s = %s: got %s', (name, value, got) => {
    expect(problemsOf(resolve({ ...VALID, [name]: value }))).toMatchObject([{ setting: name, got }]);
  });

  test('shows a revision, which looks like a key by right', () => {
    const revision = '0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c';
    const result = resolve({ ...VALID, EXPECTED_REVISION: revision });

    expect(result.warnings).toEqual([]);
    expect(JSON.stringify(result.ok ? result.report : null)).toContain(revision);
  });

  test.each([
    [`sha256:${'0f1e2d3c'.repeat(8)}`, 0],
    [`registry.example.org/chat/backend@sha256:${'0f1e2d3c'.repeat(8)}`, 0],
    ['0f1e2d3c'.repeat(8), 1],
    [BUILD_ID, 1],
  ])('takes %s for a revision, with %i warnings that a key could look so', (value, warnings) => {
    const result = resolve({ ...VALID, EXPECTED_REVISION: value });

    expect(settingsOf(result)).toMatchObject({ expectedRevision: value });
    expect(result.warnings).toHaveLength(warnings);
  });

  test.each([
    ['EXPECTED_REVISION', SIGNING_KEY, {}],
    ['JWT_ISSUER', SIGNING_KEY, {}],
    ['JWT_AUDIENCE', `aud-${SIGNING_KEY}`, {}],
    ['EXPECTED_REVISION', 'a0b1c2d3'.repeat(8), { CI_DEPLOY_TOKEN: 'a0b1c2d3'.repeat(8) }],
    ['EXPECTED_REVISION', `sha256:${'a0b1c2d3'.repeat(8)}`, { CI_DEPLOY_TOKEN: 'a0b1c2d3'.repeat(8) }],
    ['EXPECTED_REVISION', 'a0b1c2d3'.repeat(4), { CI_DEPLOY_TOKEN: 'a0b1c2d3'.repeat(8) }],
  ])('never takes a secret of the configuration, or a part of one, for %s: %s', (name, value, others) => {
    const values = { ...VALID, JWT_SECRET_KEY: SIGNING_KEY, [name]: value };
    const result = resolve(values, { processEnvironment: others });

    expect(namesOf(result)).toEqual([name]);
    expect(JSON.stringify(problemsOf(result))).not.toContain(value.slice(-12));
  });

  test('shows no passphrase that stands where the name of the environment belongs', () => {
    const passphrase = 'correct-horse-battery-staple';
    const result = resolve({ ...VALID, ENVIRONMENT: passphrase });

    expect(namesOf(result)).toEqual(['ENVIRONMENT']);
    expect(JSON.stringify(result)).not.toContain('horse');
    expect(problemsOf(result)[0]?.got).toBe('28 characters without such a word, which are not shown');
  });

  test.each(['staging-eu-west-2-blue', 'netra-staging-701982941522', 'blue-moon', 'review-app-1234-chat'])(
    'takes %s for the name of an environment',
    (ENVIRONMENT) => {
      expect(settingsOf(resolve({ ...VALID, ENVIRONMENT }))).toMatchObject({ marker: ENVIRONMENT });
    },
  );

  test('takes any name that --env says openly', () => {
    const name = 'correct-horse-battery-staple';

    expect(
      settingsOf(resolve({ ...VALID, ENVIRONMENT: name }, { environment: name, filePath: `.env.${name}` })),
    ).toMatchObject({ marker: name });
  });

  test('shows no user information of an address without a scheme', () => {
    expect(
      JSON.stringify(resolve({ ...VALID, BACKEND_URL: 'alice:hunter2hunter2@api.example' })),
    ).not.toContain('hunter2');
  });

  test.each([
    ['exchange', 'JWT_SECRET_KEY', SIGNING_KEY, 'E2E_OAUTH_SIMULATION_KEY'],
    ['minted', 'E2E_OAUTH_SIMULATION_KEY', BYPASS_KEY, 'JWT_SECRET_KEY'],
  ])('never falls back when TOKEN_SOURCE is %s and only %s is set', (source, name, key, missing) => {
    const { E2E_OAUTH_SIMULATION_KEY: _key, ...rest } = VALID;

    expect(namesOf(resolve({ ...rest, [name]: key, TOKEN_SOURCE: source }))).toEqual([missing]);
  });

  test('mints when only the signing key is set', () => {
    const { E2E_OAUTH_SIMULATION_KEY: _key, ...rest } = VALID;

    expect(settingsOf(resolve({ ...rest, JWT_SECRET_KEY: SIGNING_KEY }))).toMatchObject({
      tokenSource: 'minted',
    });
  });

  test.each([
    ['BACKEND_URL', 'https://api.netrasystems.ai'],
    ['BACKEND_URL', 'http://api.staging.netrasystems.ai'],
    ['BACKEND_URL', 'https://api.staging.netrasystems.ai.evil.org'],
    ['WEBSOCKET_URL', 'ws://api.staging.netrasystems.ai/ws'],
    ['WEBSOCKET_URL', 'https://api.staging.netrasystems.ai/ws'],
    ['ENVIRONMENT', 'production'],
    ['TOKEN_TTL_SEC', '901'],
    ['TIME_SCALE', '0.1'],
    ['TIME_SCALE', '1e-3'],
    ['REFUSAL_FORM', 'close-1000'],
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', '*.ai'],
    ['EXPECTED_REVISION', 'a b c d'],
  ])('refuses %s = %s', (name, value) => {
    expect(namesOf(resolve({ ...VALID, [name]: value }))).toContain(name);
  });

  test.each(['production', 'prod', 'live', '../etc', 'Staging'])(
    'refuses the environment name %s',
    (environment) => {
      expect(namesOf(resolve(VALID, { environment }))).toContain('--env');
    },
  );

  test('allows plain addresses and a time scale on loopback without an allow-list', () => {
    const result = resolve({
      ENVIRONMENT: 'staging',
      BACKEND_URL: 'http://127.0.0.1:8000',
      AUTH_SERVICE_URL: 'http://[::1]:8081',
      TIME_SCALE: '0.05',
      E2E_OAUTH_SIMULATION_KEY: BYPASS_KEY,
    });

    expect(settingsOf(result)).toMatchObject({
      websocketUrl: 'ws://127.0.0.1:8000/ws',
      timeScale: 0.05,
      requestsPerMinute: null,
      allowedHosts: [],
    });
  });

  test('lets the flag --expect-revision win', () => {
    const result = resolve({ ...VALID, EXPECTED_REVISION: 'aaaa1111' }, { expectRevision: 'bbbb2222' });

    expect(settingsOf(result)).toMatchObject({ expectedRevision: 'bbbb2222' });
  });
});

describe('resolveSettings for local', () => {
  const local = (processEnvironment: Record<string, string>) =>
    resolve({}, { environment: 'local', fileText: null, embedded: EMBEDDED, processEnvironment });

  test('takes its target and secrets from the embedded backend only, and says what it ignores', () => {
    const result = local({
      BACKEND_URL: 'https://api.netrasystems.ai',
      JWT_SECRET_KEY: 'x',
      STAGING_TEST_JWT_TOKEN: 'y',
      TOKEN_SOURCE: 'minted',
    });

    expect(settingsOf(result)).toMatchObject({
      embedded: true,
      backendUrl: EMBEDDED.backendUrl,
      expectedRevision: EMBEDDED.revision,
      timeScale: 0.1,
      tokenSource: 'minted',
    });
    expect(result.warnings).toEqual([
      'environment local ignores BACKEND_URL, JWT_SECRET_KEY, STAGING_TEST_JWT_TOKEN of the process environment: its target is the embedded backend',
    ]);
  });

  test('refuses switches that turn checks off all the same', () => {
    expect(namesOf(local({ BYPASS_STAGING_HEALTH_CHECK: 'true' }))).toEqual(['BYPASS_STAGING_HEALTH_CHECK']);
  });

  test('is a problem, not a crash, without an embedded backend', () => {
    expect(namesOf(resolve({}, { environment: 'local', fileText: null }))).toContain('--env');
  });
});

describe('resolveSettings on any input', () => {
  const name = fc.oneof(
    fc.constantFrom(
      ...SETTING_LIST.flatMap((setting) => [setting.name, ...setting.aliases]),
      ...RETIRED_NAMES,
    ),
    fc.string(),
    fc.string().map((text) => `STAGING_${text}`),
    fc.constantFrom('__proto__', 'constructor', 'BYPASS_X', 'ALLOW_PROD_TESTS'),
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.webUrl(),
    fc.constantFrom(...Object.values(VALID), SIGNING_KEY),
  );
  const fileText = fc.oneof(
    fc.constant(null),
    fc.string({ unit: 'binary' }),
    fc.array(fc.tuple(name, text)).map((lines) => lines.map(([key, value]) => `${key}=${value}`).join('\n')),
  );

  test('never throws, and every problem names a setting and a next step', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom('staging', 'local', 'qa'), fc.string()),
        fileText,
        fc.dictionary(name, fc.option(text, { nil: undefined })),
        fc.boolean(),
        (environment, file, processEnvironment, isEmbedded) => {
          const result = resolveSettings({
            environment,
            fileText: file,
            filePath: `.env.${environment}`,
            processEnvironment,
            ...(isEmbedded ? { embedded: EMBEDDED } : {}),
          });

          expect(result.ok || result.problems.length > 0).toBe(true);
          for (const problem of problemsOf(result)) {
            expect(Object.values({ ...problem }).every((part: string) => part.trim() !== '')).toBe(true);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});
