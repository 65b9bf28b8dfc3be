import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sampleSettings } from '../config/testing/sample-settings.ts';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { RawPeer, serverFrame, textFrame } from '../ws/raw-peer.ts';
import { BREAKER, breakerStory } from './breaker-story.ts';
import type { Runtime } from './runtime.ts';
import { RunningCheck, startRuntime } from './testing/running-check.ts';

const claimsSchema = z.looseObject({ sub: z.string() });

/** A target with a breaker per subject: so many failures in a row open it for a while. */
class BreakerTarget {
  readonly seen: { readonly subject: string; readonly answer: 'refused' | 'open' | 'locked' }[] = [];
  readonly threshold: number = BREAKER.failures;
  resetMs = 200;
  readonly #failures = new Map<string, number>();
  readonly #lockedAtMs = new Map<string, number>();

  answer(token: string): 'refused' | 'open' | 'locked' {
    const [head = '', claims = '', signature = ''] = token.split('.');
    const { sub: subject } = claimsSchema.parse(
      JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')),
    );
    const key = sampleSettings().jwtSecretKey?.reveal() ?? '';
    const isGood = createHmac('sha256', key).update(`${head}.${claims}`).digest('base64url') === signature;
    const answer = this.#judge(subject, isGood);
    this.seen.push({ subject, answer });
    return answer;
  }

  #judge(subject: string, isGood: boolean): 'refused' | 'open' | 'locked' {
    if (performance.now() - (this.#lockedAtMs.get(subject) ?? -Infinity) < this.resetMs) return 'locked';
    const failures = isGood ? 0 : (this.#failures.get(subject) ?? 0) + 1;
    this.#failures.set(subject, failures);
    if (failures >= this.threshold) this.#lockedAtMs.set(subject, performance.now());
    return isGood ? 'open' : 'refused';
  }

  upgrade(request: IncomingMessage, socket: Duplex, rest: Buffer): void {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const answer = this.answer(token);
    if (answer !== 'open') {
      const status = answer === 'locked' ? '503 Service Unavailable\r\nRetry-After: 15' : '401 Unauthorized';
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const head = `sec-websocket-key: ${request.headers['sec-websocket-key'] ?? ''}`;
    const peer = new RawPeer(request.socket, head, rest);
    peer.accept();
    peer.write(textFrame(JSON.stringify({ type: 'connection_established', connection_id: 'c1' })));
    peer.onFrame((opcode, payload) => {
      if (opcode === 0x8) request.socket.end(serverFrame(0x8, payload));
    });
  }
}

const folder = new TemporaryFolder();
let target = new BreakerTarget();
let server: Server;
let runtime: Runtime;

beforeAll(async () => {
  server = createServer((_request, response) => response.end('{"status":"healthy"}'));
  server.on('upgrade', (request, socket, rest) => target.upgrade(request, socket, rest));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address');
  const host = `127.0.0.1:${address.port}`;
  runtime = await startRuntime(folder, {
    backendUrl: `http://${host}`,
    websocketUrl: `ws://${host}/ws`,
    lacks: ['breaker-report'],
  });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  folder[Symbol.dispose]();
});
beforeEach(() => {
  target = new BreakerTarget();
});

/** The story of one target; the runtime keeps the first of each name, so each test asks under a name of its own. */
async function tell(id: string) {
  const check = new RunningCheck(runtime, id);
  const { t } = check;
  // The story is shared by all checks of a worker: a context that shares nothing tells it anew.
  t.shared = async <T>(_name: string, create: () => Promise<T>): Promise<T> => create();
  try {
    return { story: await breakerStory(t), check };
  } finally {
    await check[Symbol.asyncDispose]();
  }
}

const answersTo = (name: string): readonly string[] =>
  target.seen.filter(({ subject }) => subject.includes(`-${name}`)).map(({ answer }) => answer);

describe('the story of a breaker', () => {
  test('fails twice and succeeds, twice, then three times in a row, and looks at who is refused', async () => {
    const { story, check } = await tell('BRK-01');

    expect(answersTo('patient')).toEqual(['refused', 'refused', 'open', 'refused', 'refused', 'open']);
    expect(answersTo('locked').slice(0, 4)).toEqual(['refused', 'refused', 'refused', 'locked']);
    expect(answersTo('bystander')).toEqual(['open', 'open']);
    expect(story.patient.map(({ outcome }) => outcome.kind)).toEqual(['open', 'open']);
    expect(story.failures.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: BREAKER.failures }, () => ({ kind: 'refused', status: 401 })),
    );
    expect(story.locked.outcome).toEqual({ kind: 'refused', status: 503 });
    expect(story.retryAfter).toBe('15');
    expect(story.bystander.outcome.kind).toBe('open');
    expect(story.health.status).toBe(200);
    expect([story.before, story.meanwhile, story.after]).toEqual([null, null, null]);
    expect(check.t.violations).toEqual([]);
  });

  test('measures how long the user is locked out, in polls of a tenth of the reset time', async () => {
    const { story, check } = await tell('BRK-07');
    const lockedOut = answersTo('locked').filter((answer) => answer === 'locked').length;

    expect(story.recoveredAfterMs).toBeGreaterThanOrEqual(target.resetMs - 20);
    expect(story.recoveredAfterMs).toBeLessThan(1_000);
    expect(story.recovery.outcome.kind).toBe('open');
    expect(lockedOut).toBeLessThanOrEqual(3);
    expect(check.ledger.bodies('measure').map(({ name }) => name)).toContain('breaker recovery');
  });

  test('gives up a breaker that never closes after one and a half reset times', async () => {
    target.resetMs = 60_000;
    const { story, check } = await tell('BRK-08');

    expect(story.recoveredAfterMs).toBeNull();
    expect(story.recovery.outcome).toEqual({ kind: 'refused', status: 503 });
    expect(story.waitedMs).toBe(BREAKER.resetMs * 0.1 * 1.5);
    expect(answersTo('locked').length).toBeLessThanOrEqual(4 + 15);
    expect(check.ledger.bodies('measure')).toEqual([]);
  }, 15_000);
});
