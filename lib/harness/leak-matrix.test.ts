import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../foundation/testing/temporary-folder.ts';
import { type RawServer, serverFrame, startRawServer, textFrame } from '../ws/raw-peer.ts';
import { type Capture, capture, expectIsolated, type TurnTimes } from './leak-matrix.ts';
import type { Runtime } from './runtime.ts';
import type { Session } from './session.ts';
import { RunningCheck, startRuntime } from './testing/running-check.ts';

const { signal } = new AbortController();
const folder = new TemporaryFolder();

let server: RawServer;
let runtime: Runtime;

beforeAll(async () => {
  // Welcomes everybody, then sends every echo message back to the connection that it came on.
  server = await startRawServer((peer) => {
    peer.accept();
    peer.write(
      ...['connection_established', 'handshake_response', 'handshake_complete'].map((type) =>
        textFrame(JSON.stringify({ type, connection_id: 'c1', thread_id: 't1' })),
      ),
    );
    peer.onFrame((opcode, payload) => {
      if (opcode === 0x1 && payload.includes('"echo"')) peer.write(serverFrame(0x1, payload));
      if (opcode === 0x8) peer.socket.end(serverFrame(0x8, payload));
    });
  });
  runtime = await startRuntime(folder, { websocketUrl: server.url });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

/** A check with sessions of its own. */
class SessionCheck extends RunningCheck {
  constructor() {
    super(runtime);
  }

  async captures(count: number): Promise<readonly Capture[]> {
    const sessions = await this.t.sessions(this.t.users(count));
    return sessions.map((session) => capture(session, this.t.canary()));
  }
}

async function receive(session: Session, text: string): Promise<void> {
  session.connection.sendText(JSON.stringify({ type: 'echo', text }));
  await session.connection.next('the echo', signal);
}

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
const percent = (text: string): string => bytes(text).toString('hex').replaceAll(/../g, '%$&');

const encodings: readonly (readonly [string, (canary: string) => string])[] = [
  ['plain text', (canary) => `so ${canary} it is`],
  ['base64', (canary) => bytes(canary).toString('base64')],
  ['base64 after one byte', (canary) => bytes(`"${canary}"`).toString('base64')],
  ['base64 after two bytes', (canary) => bytes(`, ${canary}, `).toString('base64')],
  ['base64url', (canary) => bytes(`{"c":"${canary}"}`).toString('base64url')],
  ['reversed text', (canary) => Array.from(canary).reverse().join('')],
  ['hex', (canary) => bytes(canary).toString('hex')],
  ['upper-case hex', (canary) => bytes(canary).toString('hex').toUpperCase()],
  ['percent encoding', (canary) => percent(canary)],
  ['upper-case percent encoding', (canary) => percent(canary).toUpperCase()],
  ['its first 8 characters', (canary) => `${canary.slice(0, 8)}…`],
];

describe('leak matrix', () => {
  test('is clean when everybody saw its own canary and nobody another', async () => {
    await using check = new SessionCheck();
    const captures = await check.captures(3);
    for (const { session, canary } of captures) await receive(session, `answer with ${canary}`);
    expectIsolated(check.t, captures);

    expect(check.t.violations).toEqual([]);
    expect(check.ledger.bodies('leak.matrix')).toMatchObject([
      {
        messages: [4, 4, 4],
        cells: [
          ['canary as plain text', null, null],
          [null, 'canary as plain text', null],
          [null, null, 'canary as plain text'],
        ],
      },
    ]);
  });

  test.each(encodings)('finds the canary of another user as %s', async (_name, encode) => {
    await using check = new SessionCheck();
    const captures = await check.captures(2);
    const [alice, bob] = captures;
    if (alice === undefined || bob === undefined) throw new TypeError('expected two sessions');
    await receive(alice.session, alice.canary);
    await receive(bob.session, bob.canary);
    await receive(bob.session, encode(alice.canary));
    expectIsolated(check.t, captures);

    expect(check.t.violations).toMatchObject([
      {
        rule: 'ISO-CANARY-LEAK',
        where: `message 5 to ${bob.session.user.name}`,
        expected: `nothing of ${alice.session.user.name}`,
        evidence: [expect.any(String), bob.session.received.messages[4]?.evidence],
      },
    ]);
  });

  test('finds the canary of another user in pieces over several messages, with others between them', async () => {
    await using check = new SessionCheck();
    const captures = await check.captures(2);
    const [alice, bob] = captures;
    if (alice === undefined || bob === undefined) throw new TypeError('expected two sessions');
    await receive(alice.session, alice.canary);
    for (const piece of [`so ${alice.canary}`, bob.canary].join(', ').match(/.{1,4}/g) ?? []) {
      await receive(bob.session, piece);
      bob.session.connection.sendText(JSON.stringify({ type: 'pong', of: 'echo' }));
      await bob.session.connection.next('the other message', signal);
    }
    expectIsolated(check.t, captures);

    expect(check.t.violations).toMatchObject([
      { rule: 'ISO-CANARY-LEAK', actual: 'its canary as plain text in pieces' },
    ]);
  });

  test("finds another user's id and thread, and tells users apart whose names begin alike", async () => {
    await using check = new SessionCheck();
    const sessions = await check.t.sessions(check.t.users(10));
    const captures = sessions.map((session, at) => capture(session, check.t.canary(), `thread-of-${at}-`));
    for (const { session, canary } of captures) {
      await receive(session, `${canary} of ${session.connection.facts.subject ?? ''}`);
    }
    const [first, second, third] = captures;
    if (first === undefined || second === undefined || third === undefined)
      throw new TypeError('few sessions');
    await receive(second.session, first.session.connection.facts.subject ?? '-');
    await receive(third.session, 'see thread-of-0- please');
    expectIsolated(check.t, captures);

    expect(check.t.violations.map(({ rule, actual }) => [rule, actual])).toEqual([
      ['ISO-CANARY-LEAK', 'its user id as plain text'],
      ['ISO-CANARY-LEAK', 'its thread id as plain text'],
    ]);
  });

  test('does not pass a silent target: the diagonal must be filled', async () => {
    await using check = new SessionCheck();
    const captures = await check.captures(2);
    const [alice] = captures;
    if (alice === undefined) throw new TypeError('expected two sessions');
    await receive(alice.session, alice.canary);

    expect(() => expectIsolated(check.t, captures)).toThrow(/1 who did not: .*says nothing about isolation/);
    expect(check.rules()).toEqual([]);
  });

  test('says of an answer without the canary of its owner that it is wrong, not that it leaked', async () => {
    await using check = new SessionCheck();
    const captures = await check.captures(2);
    const [alice] = captures;
    if (alice === undefined) throw new TypeError('expected two sessions');
    await receive(alice.session, alice.canary);
    const turn = { ended: 'terminal', evidence: 'e-1' } as const;
    expectIsolated(check.t, captures, [turn, { ...turn, evidence: 'e-2' }]);

    expect(check.t.violations).toMatchObject([{ rule: 'EVT-RESULT-WRONG', evidence: ['e-2'] }]);
  });

  test('sees swapped answers as what they are, from both sides', async () => {
    await using check = new SessionCheck();
    const captures = await check.captures(2);
    const [alice, bob] = captures;
    if (alice === undefined || bob === undefined) throw new TypeError('expected two sessions');
    await receive(alice.session, bob.canary);
    await receive(bob.session, alice.canary);

    expectIsolated(check.t, captures);

    expect(check.rules()).toEqual(['ISO-CANARY-LEAK', 'ISO-CANARY-LEAK']);
  });

  test('proves no overlap of turns that came one after the other', async () => {
    await using check = new SessionCheck();
    const sessions = await check.t.sessions(check.t.users(2));
    const turn = (sentAtMs: number, eventsAtMs: readonly number[]): TurnTimes => ({
      sentAtMs,
      eventsAtMs,
    });
    check.t.recordOverlap(sessions, [turn(0, [10, 50]), turn(0, [40, 90])]);
    check.t.recordOverlap(sessions, [turn(0, [10, 50]), turn(0, [60, 90])]);
    check.t.recordOverlap(sessions, [turn(0, [10, 50]), turn(0, [])]);

    expect(check.ledger.bodies('overlap').map(({ proven }) => proven)).toEqual([true, false, false]);
  });

  test('proves an overlap of several users who are all still connected, and of nobody else', async () => {
    await using check = new SessionCheck();
    const [first, second] = await check.t.sessions(check.t.users(2));
    if (first === undefined || second === undefined) throw new TypeError('expected two sessions');
    check.t.recordOverlap([first, second]);
    check.t.recordOverlap([first]);
    check.t.recordOverlap([first, first]);
    check.t.recordOverlap([]);
    await first.connection.close();
    check.t.recordOverlap([first, second]);

    expect(check.ledger.bodies('overlap').map(({ proven }) => proven)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
