import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BUDGETS } from '../contract/budget.ts';
import { Deadline } from '../foundation/deadline.ts';
import { HarnessError } from '../foundation/errors.ts';
import { MemoryLedger } from '../http/memory-ledger.ts';
import { chatTurn } from './chat-turn.ts';
import type { Connection } from './connection.ts';
import { openConnection } from './opening-handshake.ts';
import { closeFrame, startRawServer, textFrame, type RawPeer, serverFrame } from './raw-peer.ts';
import type { ChatTurn, ChatTurnOptions } from './turn.ts';

const { signal } = new AbortController();
const SUBJECT = 'sg-u1';
const LEGAL = [
  'agent_started',
  'agent_thinking',
  'tool_executing',
  'tool_completed',
  'agent_completed',
] as const;
/** Silence of 90 s and a turn of 90 s become 90 ms. */
const QUICK = { timeScale: 0.001, graceMs: 20 };

interface Start {
  readonly runId: string;
  readonly turn: number;
}

/** Calls `onStart` for every start message of the client. */
function peerScript(onStart: (peer: RawPeer, start: Start) => void): (peer: RawPeer) => void {
  return (peer) => {
    let turn = 0;
    peer.accept();
    peer.onFrame((opcode, payload) => {
      if (opcode === 0x8) peer.socket.end(closeFrame(1000));
      if (opcode !== 0x1) return;
      const runId = /"run_id":"([^"]+)"/.exec(payload.toString('utf8'))?.[1];
      if (runId === undefined) return;
      onStart(peer, { runId, turn });
      turn += 1;
    });
  };
}

let events = 0;

function event(type: string, runId: string, changes: object = {}): Buffer {
  events += 1;
  const isTool = type.startsWith('tool_');
  return textFrame(
    JSON.stringify({
      type,
      run_id: runId,
      user_id: SUBJECT,
      thread_id: 'thread-1',
      agent_name: 'agent',
      timestamp: new Date(1_700_000_000_000 + events).toISOString(),
      event_id: `ev-${events}`,
      ...(isTool ? { tool_name: 'search', execution_id: 'call-1' } : {}),
      ...(type === 'tool_completed' ? { results: { rows: 1 } } : {}),
      data: type === 'agent_completed' ? { final_response: 'the answer' } : { step: events },
      ...changes,
    }),
  );
}

const legalTurn = (runId: string): Buffer[] => LEGAL.map((type) => event(type, runId));

interface Told {
  readonly turn: ChatTurn;
  readonly ledger: MemoryLedger;
}

async function withConnection<T>(
  onStart: (peer: RawPeer, start: Start) => void,
  use: (connection: Connection, ledger: MemoryLedger) => Promise<T>,
): Promise<T> {
  const ledger = new MemoryLedger();
  await using server = await startRawServer(peerScript(onStart));
  const opened = await openConnection({
    url: server.url,
    token: { reveal: () => 'none', subject: SUBJECT, fingerprint: 'none' },
    authTransport: 'none',
    runId: 'run-1',
    recorder: ledger.recorder,
    secrets: ledger.secrets,
    limits: { closeBudgetMs: 100, maxMessages: 500 },
    budgetMs: 2_000,
    signal,
  });
  if (opened.kind !== 'open') throw new Error(`expected an open connection, got ${opened.kind}`);
  await using connection = opened.connection;
  return await use(connection, ledger);
}

async function turnOf(
  onStart: (peer: RawPeer, start: Start) => void,
  options: Partial<ChatTurnOptions> = {},
): Promise<Told> {
  return withConnection(onStart, async (connection, ledger) => {
    const turn = await chatTurn(connection, {
      prompt: 'hello',
      requireTools: true,
      signal,
      graceMs: 20,
      ...options,
    });
    return { turn, ledger };
  });
}

const rules = (turn: ChatTurn): readonly string[] => turn.violations.map(({ rule }) => rule);

describe('chat turn', () => {
  test('collects a legal turn and records it once', async () => {
    const { turn, ledger } = await turnOf((peer, { runId }) => peer.write(...legalTurn(runId)), {
      runId: 'run_mine',
    });

    expect(turn).toMatchObject({
      ended: 'terminal',
      runId: 'run_mine',
      threadId: 'thread-1',
      finalText: 'the answer',
      violations: [],
      warnings: [],
      foreign: [],
      closed: null,
    });
    expect(turn.events.map(({ type }) => type)).toEqual(LEGAL);
    expect(turn.eventsAtMs).toHaveLength(5);
    expect(turn.firstEventMs).toBe(turn.eventsAtMs[0]);
    expect(ledger.bodies('chat.turn')).toMatchObject([
      {
        ended: 'terminal',
        subject: SUBJECT,
        eventTypes: { agent_started: 1, agent_completed: 1 },
        variants: { V1: 5 },
      },
    ]);
  });

  test('sends the canonical start message', async () => {
    const received: string[] = [];
    await turnOf((peer, { runId }) => peer.write(...legalTurn(runId)), {
      threadId: 'thread-1',
      prompt: 'use a tool',
    }).then(({ ledger }) => received.push(...ledger.bodies('ws.message').map(({ sample }) => sample ?? '')));

    expect(JSON.parse(received[0] ?? '')).toMatchObject({
      type: 'start_agent',
      thread_id: 'thread-1',
      payload: {
        user_request: 'use a tool',
        thread_id: 'thread-1',
        run_id: expect.stringMatching(/^run_[0-9a-f-]+$/),
      },
    });
  });

  test('catches what comes after the terminal event within the grace', async () => {
    const { turn } = await turnOf(
      (peer, { runId }) => {
        peer.write(...legalTurn(runId));
        setTimeout(() => peer.write(event('agent_thinking', runId), event('agent_completed', runId)), 10);
      },
      { graceMs: 80 },
    );

    expect(turn.ended).toBe('terminal');
    expect(rules(turn)).toEqual(['ORD-EVENT-AFTER-TERMINAL', 'ORD-TERMINAL-DUPLICATE']);
    expect(turn.totalMs).toBeLessThan(turn.eventsAtMs[5] ?? 0);
  });

  test('reports shape violations with the index of the event', async () => {
    const { turn } = await turnOf((peer, { runId }) =>
      peer.write(
        ...LEGAL.map((type) => event(type, runId, type === 'tool_executing' ? { tool_name: undefined } : {})),
      ),
    );

    expect(turn.violations).toContainEqual(
      expect.objectContaining({ rule: 'EVT-FIELD-MISSING', eventIndex: 2 }),
    );
  });

  test('calls a stall silence and names what is missing', async () => {
    const { turn } = await turnOf((peer, { runId }) => peer.write(event('agent_started', runId)), QUICK);

    expect(turn.ended).toBe('silence');
    expect(rules(turn)).toContain('TIM-GAP');
    expect(turn.violations.length).toBeGreaterThan(1);
  });

  test('calls the absence of any event silence, with heartbeats or without', async () => {
    const { turn } = await turnOf((peer) => peer.write(textFrame('{"type":"heartbeat"}')), QUICK);

    expect(turn).toMatchObject({ ended: 'silence', firstEventMs: null, events: [] });
    expect(rules(turn)).toContain('TIM-FIRST-EVENT');
  });

  test('ends a turn that goes on for ever at its total budget', async () => {
    const { turn } = await turnOf((peer, { runId }) => {
      peer.write(event('agent_started', runId));
      const timer = setInterval(() => peer.write(event('agent_thinking', runId)), 5);
      peer.socket.on('close', () => clearInterval(timer));
    }, QUICK);

    expect(turn.ended).toBe('deadline');
    expect(rules(turn)).toContain('TIM-TURN');
  });

  test('ends endless events at the limit', async () => {
    const flood = (peer: RawPeer, { runId }: Start): void =>
      peer.write(
        event('agent_started', runId),
        ...Array.from({ length: 1_000 }, () => event('agent_thinking', runId)),
      );

    const own = await turnOf(flood, { maxEvents: 50 });
    const connection = await turnOf(flood);

    expect(own.turn).toMatchObject({ ended: 'limit', closed: null });
    expect(own.turn.events).toHaveLength(50);
    expect(connection.turn).toMatchObject({ ended: 'limit', closed: { initiator: 'local' } });
  });

  test('reports a close in the middle of a turn', async () => {
    const { turn } = await turnOf((peer, { runId }) => {
      peer.write(event('agent_started', runId), closeFrame(1011, 'main mode error'));
    });

    expect(turn).toMatchObject({ ended: 'closed', closed: { code: 1011, initiator: 'remote' } });
    expect(turn.events).toHaveLength(1);
  });

  test('counts malformed, binary and error frames as violations, and remarks on an unknown type', async () => {
    const { turn } = await turnOf((peer, { runId }) =>
      peer.write(
        textFrame('{"type":'),
        serverFrame(0x2, Buffer.from('{"type":"agent_thinking"}')),
        textFrame('{"type":"never_heard_of"}'),
        textFrame('{"type":"error_message","error_code":"AGENT_REQUEST_ERROR","error_message":"x"}'),
        ...legalTurn(runId),
      ),
    );

    expect(rules(turn)).toEqual(['EVT-MALFORMED-JSON', 'EVT-BINARY', 'EVT-ERROR-FRAME']);
    expect(turn.warnings).toEqual([expect.stringContaining('EVT-TYPE-UNKNOWN')]);
    expect(turn.violations[2]?.actual).toContain('AGENT_REQUEST_ERROR');
    expect(turn.violations.every(({ evidence }) => evidence?.length === 1)).toBe(true);
  });

  test("keeps another user's events apart and calls them foreign", async () => {
    const { turn } = await turnOf((peer, { runId }) => {
      const foreign = LEGAL.map((type) =>
        event(type, 'run_other', { user_id: 'sg-u2', thread_id: 'thread-2', event_id: `other-${type}` }),
      );
      const own = legalTurn(runId);
      peer.write(...foreign.slice(0, 2), ...own.slice(0, 3), ...foreign.slice(2), ...own.slice(3));
    });

    expect(turn.ended).toBe('terminal');
    expect(turn.events.map(({ type }) => type)).toEqual(LEGAL);
    expect(turn.foreign.map(({ why }) => why)).toEqual(LEGAL.map(() => 'other-user'));
    expect(new Set(rules(turn))).toEqual(new Set(['ISO-FOREIGN-EVENT']));
  });

  test('judges a wrong identity on our own run, and still sees its end', async () => {
    const { turn } = await turnOf((peer, { runId }) =>
      peer.write(...LEGAL.map((type) => event(type, runId, { user_id: 'demo-user-001' }))),
    );

    expect(turn.ended).toBe('terminal');
    expect(rules(turn)).toEqual(['ISO-SHARED-IDENTITY']);
  });

  test('follows a run id that the target assigned, which only the tolerant dialect allows', async () => {
    const start = (peer: RawPeer): void => peer.write(...legalTurn('run_of_the_server'));
    const tolerant = await turnOf(start, { dialect: 'tolerant' });
    const canonical = await turnOf(start);

    expect(tolerant.turn).toMatchObject({ ended: 'terminal', runId: 'run_of_the_server', violations: [] });
    expect(tolerant.turn.warnings).toEqual(['the target gave the run an id of its own']);
    expect(canonical.turn).toMatchObject({ ended: 'terminal', warnings: [] });
    expect(rules(canonical.turn)).toEqual(['ORD-WRONG-RUN']);
  });

  test('keeps two turns at once on one connection apart', async () => {
    const pending: string[] = [];
    const [first, second] = await withConnection(
      (peer, { runId }) => {
        pending.push(runId);
        const [one, two] = pending;
        if (one === undefined || two === undefined) return;
        const mixed = LEGAL.flatMap((type) => [event(type, one), event(type, two)]);
        peer.write(...mixed);
      },
      async (connection) => {
        const options = { prompt: 'hello', requireTools: true, signal, graceMs: 20 };
        return Promise.all([chatTurn(connection, options), chatTurn(connection, options)]);
      },
    );

    expect([first, second]).toMatchObject([
      { ended: 'terminal', violations: [], foreign: [] },
      { ended: 'terminal', violations: [], foreign: [] },
    ]);
    expect(first?.runId).not.toBe(second?.runId);
  });

  test('reports a late event of an earlier turn in the turn that sees it', async () => {
    const turns = await withConnection(
      (peer, { runId, turn }) => {
        const late = turn === 1 ? [event('agent_thinking', 'run_first')] : [];
        peer.write(...late, ...legalTurn(runId));
      },
      async (connection) => {
        const options = { prompt: 'hello', requireTools: true, signal, graceMs: 0 };
        const first = await chatTurn(connection, { ...options, runId: 'run_first' });
        const second = await chatTurn(connection, { ...options, runId: 'run_second' });
        return { first, second };
      },
    );

    expect(rules(turns.first)).toEqual([]);
    expect(rules(turns.second)).toEqual(['ORD-EVENT-AFTER-TERMINAL']);
    expect(turns.second.foreign).toMatchObject([{ why: 'earlier-run' }]);
    expect(turns.second.events).toHaveLength(5);
  });

  test('records the turn and rejects when its signal ends it', async () => {
    const ledger = await withConnection(
      (peer, { runId }) => peer.write(event('agent_started', runId)),
      async (connection, memory) => {
        using deadline = new Deadline(60);
        const turn = chatTurn(connection, { prompt: 'hello', requireTools: false, signal: deadline.signal });
        await expect(turn).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
        return memory;
      },
    );

    expect(ledger.bodies('chat.turn')).toMatchObject([
      { ended: 'deadline', eventTypes: { agent_started: 1 } },
    ]);
  });

  /** What a turn rejects with whose signal aborts for a reason, once so many events have come. */
  const rejection = async (reason: unknown, comes: readonly string[]): Promise<unknown> =>
    withConnection(
      (peer, { runId }) => peer.write(...comes.map((type) => event(type, runId))),
      async (connection, ledger) => {
        const stop = new AbortController();
        const options = { prompt: 'hello', requireTools: false, signal: stop.signal };
        const ended = chatTurn(connection, options).catch((error: unknown) => error);
        await expect.poll(() => ledger.bodies('ws.message').length).toBe(1 + comes.length);
        stop.abort(reason);
        return ended;
      },
    );

  test.each([
    [[], 'got no event in'],
    [['agent_started', 'agent_thinking'], 'got agent_started, agent_thinking in'],
  ] as const)('says what came until our own budget was used up: %j', async (comes, said) => {
    const reason = new HarnessError('DEADLINE_EXCEEDED', 'over', { details: { budgetMs: 7 } });
    const error = await rejection(reason, comes);

    expect(error).toMatchObject({
      code: 'DEADLINE_EXCEEDED',
      message: expect.stringContaining(said),
      cause: reason,
      details: { budgetMs: 7, awaited: 'a chat turn', evidence: expect.any(String) },
    });
  });

  test.each([new HarnessError('INTERRUPTED', 'by SIGINT'), new TypeError('ours'), 'a word'])(
    'passes on any other reason of its signal: %s',
    async (reason) => {
      expect(await rejection(reason, [])).toBe(reason);
    },
  );

  test('gives each run an id of its own, of one form', async () => {
    const ids: string[] = [];
    await withConnection(
      (peer, { runId }) => {
        ids.push(runId);
        peer.write(...legalTurn(runId));
      },
      async (connection) => {
        const options = { prompt: 'hello', requireTools: true, signal, graceMs: 0 };
        for (let n = 0; n < 20; n += 1) await chatTurn(connection, options);
      },
    );

    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^run_[0-9a-f]{16}$/);
  });

  test('leaves session frames in the inbox', async () => {
    const next = await withConnection(
      (peer, { runId }) =>
        peer.write(textFrame('{"type":"handshake_complete","thread_id":"t"}'), ...legalTurn(runId)),
      async (connection) => {
        await chatTurn(connection, { prompt: 'hello', requireTools: true, signal, graceMs: 0 });
        return connection.next('the session frame', signal);
      },
    );

    expect(next.frame.kind).toBe('handshake');
  });

  test('warns of a silence above the warning budget', async () => {
    const budgets = { ...BUDGETS, eventGap: { ...BUDGETS.eventGap, warnMs: 30 } };
    const { turn } = await turnOf(
      (peer, { runId }) => {
        const [first, ...rest] = legalTurn(runId);
        peer.write(...(first === undefined ? [] : [first]));
        void sleep(60).then(() => peer.write(...rest));
      },
      { budgets },
    );

    expect(turn.violations).toEqual([]);
    expect(turn.warnings).toMatchObject([expect.stringContaining('TIM-GAP')]);
    expect(turn.maxGapMs).toBeGreaterThan(30);
  });
});
