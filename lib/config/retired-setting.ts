/** Why a name is refused, and what to do instead. */
export interface Refusal {
  readonly reason: string;
  readonly next: string;
}

const READY_MADE_CREDENTIALS: readonly string[] = [
  'STAGING_TEST_JWT_TOKEN',
  'STAGING_JWT_TOKEN',
  'STAGING_TEST_AUTH_TOKEN',
  'STAGING_TEST_API_KEY',
  'STAGING_TEST_USER_EMAIL',
  'STAGING_TEST_USER_PASSWORD',
];

const SERVER_FLAG = 'it is a flag of the server, which the environment of a client cannot change';
const BUDGETS_INSTEAD = 'waits follow the published budgets; READINESS_BUDGET_MS is the one that can be set';

/** Names of the original harness (wire-contract.md §7.1) that mean nothing here, each with the reason. */
const WITHOUT_EFFECT: ReadonlyMap<string, string> = new Map([
  ['E2E_TESTING', SERVER_FLAG],
  ['STAGING_E2E_TEST', SERVER_FLAG],
  ['PYTEST_RUNNING', SERVER_FLAG],
  ['RUN_E2E_TESTS', 'the command line says what runs'],
  ['USE_STAGING_SERVICES', 'the environment is chosen with --env'],
  ['STAGING_ENV', 'the environment is chosen with --env'],
  ['INTEGRATION_TEST_MODE', 'there is no mode without real sockets'],
  ['ENABLE_LOCAL_CONFIG_FILES', 'the file .env.NAME is always read'],
  ['SERVICE_ID', 'no service token is used'],
  ['SERVICE_SECRET', 'no service token is used'],
  ['STAGING_FRONTEND_URL', 'the frontend is not validated; WEBSOCKET_ORIGIN sets the Origin header'],
  ['STAGING_SERVICE_TIMEOUT', BUDGETS_INSTEAD],
  ['STAGING_AUTH_TIMEOUT', BUDGETS_INSTEAD],
  ['STAGING_WEBSOCKET_TIMEOUT', BUDGETS_INSTEAD],
  ['STAGING_CONNECTION_TIMEOUT', BUDGETS_INSTEAD],
  ['INFRASTRUCTURE_HEALTH_CHECK_TIMEOUT', BUDGETS_INSTEAD],
]);

/** Returns why a name is refused wherever it stands, or null: a switch that turns checks or guards off. */
export function refusalOfSwitch(name: string): Refusal | null {
  if (name === 'ALLOW_PROD_TESTS') {
    return { reason: 'production is never validated', next: 'Remove it; use a staging environment.' };
  }
  if (name.startsWith('BYPASS_')) {
    return { reason: 'a check that can be switched off proves nothing', next: 'Remove it.' };
  }
  return null;
}

/** Returns why a ready-made credential is refused, or null: whose it is and how long it lives cannot be known. */
export function refusalOfCredential(name: string): Refusal | null {
  if (!READY_MADE_CREDENTIALS.includes(name)) return null;
  return {
    reason:
      'ready-made credentials are not used: every token is made for this run, for one user, for minutes',
    next: 'Remove it; set E2E_OAUTH_SIMULATION_KEY or JWT_SECRET_KEY.',
  };
}

/** Returns why a name of the original harness has no effect here, or null. */
export function reasonWithoutEffect(name: string): string | null {
  return WITHOUT_EFFECT.get(name) ?? null;
}

/** Every retired name, for suggestions and documentation. */
export const RETIRED_NAMES: readonly string[] = [...WITHOUT_EFFECT.keys(), ...READY_MADE_CREDENTIALS];
