import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { type RawServer, serverFrame, startRawServer, textFrame } from '../ws/raw-peer.ts';
import { expectAlive, expectPong } from './liveness.ts';
import { expectIdleSurvival } from './reconnect.ts';
import type { Runtime } from './runtime.ts';
import { RunningCheck, startRuntime } from './testing/running-check.ts';

const PING = 0x9;
const PONG = 0xa;
const CLOSE = 0x8;
const folder = new TemporaryFolder();
/** How long the peer keeps a pong back, in ms; null keeps it for good. */
let pongAfterMs: number | null = 0;
let closesOnPing = false;
let server: RawServer;
let runtime: Runtime;

beforeAll(async () => {
  server = await startRawServer((peer) => {
    peer.accept();
    for (const type of ['connection_established', 'handshake_response', 'handshake_complete'])
      peer.write(textFrame(JSON.stringify({ type, connection_id: 'c1', thread_id: 't1' })));
    peer.onFrame((opcode, payload) => {
      if (opcode === CLOSE) peer.socket.end(serverFrame(CLOSE, payload));
      if (opcode !== PING || pongAfterMs === null) return;
      if (closesOnPing) peer.write(serverFrame(CLOSE, Buffer.from([0x03, 0xf3])));
      else setTimeout(() => peer.write(serverFrame(PONG, payload)), pongAfterMs);
    });
  });
  runtime = await startRuntime(folder, { websocketUrl: server.url });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

describe('a pong', () => {
  test('is waited for no longer than its budget, 5 s at time scale 1', async () => {
    pongAfterMs = 0;
    await using check = new RunningCheck(runtime, 'RES-04');
    const { connection } = await check.t.session(check.t.user());
    await expectPong(check.t, connection);
    expect(check.rules()).toEqual([]);

    pongAfterMs = 800;
    const startedAt = performance.now();
    await expectPong(check.t, connection, { where: 'a slow one' });

    expect(performance.now() - startedAt).toBeLessThan(750);
    expect(check.t.violations).toMatchObject([
      {
        rule: 'WS-PONG-MISSING',
        where: 'a slow one',
        expected: 'open, and a pong within 500 ms',
        actual: 'no pong on an open connection',
        evidence: [connection.facts.evidence],
      },
    ]);
  });

  test('that never comes ends the body where what follows stands on it, by the rule that is named', async () => {
    pongAfterMs = null;
    await using check = new RunningCheck(runtime, 'HS-17');
    const { connection } = await check.t.session(check.t.user());

    await expect(expectAlive(check.t, connection, { rule: 'WS-BAD-MESSAGE-CLOSED' })).rejects.toThrow(
      'stopped at its first decisive violation',
    );
    expect(check.rules()).toEqual(['WS-BAD-MESSAGE-CLOSED']);
  });

  test('is missing where the connection ends instead, and that end is told', async () => {
    pongAfterMs = 0;
    closesOnPing = true;
    await using check = new RunningCheck(runtime, 'HS-17');
    const { connection } = await check.t.session(check.t.user());
    await expectPong(check.t, connection);
    closesOnPing = false;

    expect(check.t.violations[0]?.actual).toContain('close code 1011');
  });
});

describe('an idle connection', () => {
  test('is not usable when it is open and answers late', async () => {
    pongAfterMs = 800;
    await using check = new RunningCheck(runtime, 'RES-04');
    await expectIdleSurvival(check.t, 60);

    expect(check.rules()).toEqual(['WS-PONG-MISSING']);
    expect(check.t.violations[0]?.where).toBe('connection that was idle for 60 ms');
  });

  test('is, when it answers at once', async () => {
    pongAfterMs = 0;
    await using check = new RunningCheck(runtime, 'RES-04');
    await expectIdleSurvival(check.t, 60);

    expect(check.rules()).toEqual([]);
    expect(check.t.occurred).toMatch(/^idle for \d+ ms at time scale 0\.1$/);
  });
});
