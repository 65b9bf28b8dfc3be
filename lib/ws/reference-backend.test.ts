import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createHttpClient } from '../http/http-client.ts';
import type { BearerToken } from '../http/bearer-token.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import { createExchange } from '../http/token-exchange.ts';
import { fingerprint } from '../foundation/secret.ts';
import { chatTurn } from './chat-turn.ts';
import { openConnection } from './opening-handshake.ts';
import { answerHandshake } from './session-handshake.ts';
import { awaitWelcome } from './welcome.ts';

const MAIN = 'fixtures/reference-backend/main.ts';
const BYPASS_KEY = 'bypass-key-of-this-unit-test-0123456789';
const TIME_SCALE = 0.02;
const { signal } = new AbortController();
const children: ChildProcess[] = [];
const readySchema = z.object({
  backendUrl: z.string(),
  authServiceUrl: z.string(),
  websocketUrl: z.string(),
});
const grantSchema = z.object({ access_token: z.string(), user: z.object({ id: z.string() }) });

let healthy: z.infer<typeof readySchema>;

beforeAll(async () => {
  healthy = await startBackend();
});

afterAll(() => {
  for (const child of children.splice(0)) child.stdin?.end();
});

async function startBackend(...faults: readonly string[]): Promise<z.infer<typeof readySchema>> {
  const flags = [
    '--time-scale',
    String(TIME_SCALE),
    '--exit-with-parent',
    ...faults.flatMap((fault) => ['--fault', fault]),
  ];
  const child = spawn(process.execPath, ['lib/cli/launch/run-typescript.mjs', MAIN, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      JWT_SECRET_KEY: 'signing-key-of-this-unit-test-0123456789',
      E2E_OAUTH_SIMULATION_KEY: BYPASS_KEY,
      CONTROL_KEY: 'control-key-of-this-unit-test-0123456789',
    },
  });
  children.push(child);
  const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
  return readySchema.parse(JSON.parse(line));
}

async function tokenFrom(authServiceUrl: string, ledger: MemoryLedger): Promise<BearerToken> {
  ledger.secrets.register(BYPASS_KEY, 'bypass key');
  await using client = createHttpClient({ baseUrl: authServiceUrl, runId: 'run-1', secrets: ledger.secrets });
  const answer = await createExchange(client, ledger.recorder)(
    {
      method: 'POST',
      url: `${authServiceUrl}/auth/e2e/test-auth`,
      headers: { 'X-E2E-Bypass-Key': BYPASS_KEY },
      json: { email: 'one@example.org', name: 'One' },
    },
    { signal },
  );
  const grant = grantSchema.parse(answer.body);
  ledger.secrets.register(grant.access_token, 'token');
  return {
    reveal: () => grant.access_token,
    subject: grant.user.id,
    fingerprint: fingerprint(grant.access_token),
  };
}

describe('clients against the reference backend', () => {
  test.for([
    'authorization-header',
    'subprotocol-jwt',
    'subprotocol-jwt-auth',
    'subprotocol-bearer',
    'subprotocol-public-client',
  ] as const)('run a clean chat turn by %s', async (authTransport) => {
    const ledger = new MemoryLedger();
    const token = await tokenFrom(healthy.authServiceUrl, ledger);
    const opened = await openConnection({
      url: healthy.websocketUrl,
      token,
      authTransport,
      runId: 'run-1',
      recorder: ledger.recorder,
      secrets: ledger.secrets,
      budgetMs: 5_000,
      signal,
    });
    if (opened.kind !== 'open') throw new Error(`expected an open connection, got ${opened.kind}`);
    await using connection = opened.connection;

    const welcome = await awaitWelcome(connection, { budgetMs: 2_000, signal });
    const session = await answerHandshake(connection, { budgetMs: 2_000, signal });
    const turn = await chatTurn(connection, {
      prompt: 'CANARY-7 use 1 tool',
      threadId: session.kind === 'complete' ? session.threadId : null,
      requireTools: true,
      timeScale: TIME_SCALE,
      budgetFloorMs: 500,
      signal,
    });
    await connection.ping(signal);
    const closed = await connection.close();

    expect(welcome).toMatchObject({
      kind: 'welcome',
      welcome: { variant: 'canonical', userId: token.subject },
    });
    expect(session.kind).toBe('complete');
    expect(turn).toMatchObject({ ended: 'terminal', violations: [], foreign: [] });
    expect(turn.finalText).toContain('CANARY-7');
    expect(closed).toMatchObject({ code: 1000, initiator: 'local', clean: true });
    expect(connection.leaks.filter(({ where }) => where !== 'header sec-websocket-protocol')).toEqual([]);
    expect(ledger.secrets.find(ledger.text())).toEqual([]);
  });

  test('sees a refusal as an error frame and close 1008', async () => {
    const ledger = new MemoryLedger();
    const opened = await openConnection({
      url: healthy.websocketUrl,
      token: null,
      authTransport: 'none',
      runId: 'run-1',
      recorder: ledger.recorder,
      budgetMs: 5_000,
      signal,
    });
    if (opened.kind !== 'open') throw new Error(`expected an open connection, got ${opened.kind}`);

    const welcome = await awaitWelcome(opened.connection, { budgetMs: 2_000, signal });

    expect(welcome).toMatchObject({
      kind: 'error-first',
      error: { code: 'NO_TOKEN' },
      closed: { code: 1008, initiator: 'remote', clean: true, messagesIn: 1 },
    });
  });

  test('sees a crash of the handler on connect', async () => {
    const backend = await startBackend('close-1011-on-connect');
    const ledger = new MemoryLedger();
    const token = await tokenFrom(backend.authServiceUrl, ledger);
    const opened = await openConnection({
      url: backend.websocketUrl,
      token,
      authTransport: 'authorization-header',
      runId: 'run-1',
      recorder: ledger.recorder,
      budgetMs: 5_000,
      signal,
    });
    if (opened.kind !== 'open') throw new Error(`expected an open connection, got ${opened.kind}`);

    const welcome = await awaitWelcome(opened.connection, { budgetMs: 2_000, signal });

    expect(welcome).toMatchObject({ kind: 'closed', closed: { code: 1011, afterFirstClientMessage: false } });
  });
});
