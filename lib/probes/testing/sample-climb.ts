import { createTokenSource } from '../../auth/token-source.ts';
import { createUser } from '../../auth/user.ts';
import type { Settings } from '../../config/settings.ts';
import { sampleSettings } from '../../config/testing/sample-settings.ts';
import { BUDGET_FLOOR_MS, BUDGETS, scaleBudgets } from '../../contract/budget.ts';
import { systemClock } from '../../foundation/clock.ts';
import { Pace } from '../../foundation/pace.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { createHttpClient } from '../../http/http-client.ts';
import { MemoryLedger } from '../../http/memory-ledger.ts';
import { createExchange } from '../../http/token-exchange.ts';
import type { Climb } from '../climb.ts';

/** A climb that has begun, of a target at this address. For unit tests; dispose its `backend`, and close what it opened. */
export function sampleClimb(url: string, websocketOrigin: string | null = null): Climb {
  const { recorder } = new MemoryLedger();
  const secrets = new SecretIndex();
  const settings: Settings = {
    ...sampleSettings(),
    backendUrl: url,
    authServiceUrl: url,
    websocketUrl: `${url.replace('http', 'ws')}/ws`,
    websocketOrigin,
    tokenSource: 'minted',
  };
  const backend = createHttpClient({ baseUrl: url, runId: 'run-1', secrets });
  return {
    settings,
    budgets: scaleBudgets(BUDGETS, settings.timeScale, BUDGET_FLOOR_MS),
    budgetFloorMs: BUDGET_FLOOR_MS,
    missingCapabilities: ['session-handshake'],
    revisionPolicy: 'required',
    fingerprint: null,
    runId: 'run-1',
    backend,
    auth: backend,
    tokens: createTokenSource({ settings, recorder, secrets, exchange: createExchange(backend, recorder) }),
    secrets,
    pace: new Pace(null),
    caPem: null,
    user: createUser('preflight', { runId: 'run-1' }),
    signal: AbortSignal.timeout(5_000),
    recorder,
    health: null,
    healthWallMs: null,
    elapsedMs: () => 0,
    wallTime: () => systemClock.wallTime(),
    token: null,
    attempts: [],
    connection: null,
    threadId: null,
    readings: [],
    recorders: [],
    isMute: false,
    hasLeftOut: false,
  };
}
