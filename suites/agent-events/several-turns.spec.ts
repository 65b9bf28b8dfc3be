import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { expectAnswer, expectCompleted, expectKept } from '../../lib/harness/turn-expectation.ts';

check(
  {
    id: 'AGENT-15',
    title: 'two turns in a row on one connection each get their own answer, under a run id of their own',
    severity: 'critical',
    owner: 'agents',
    requires: ['ws.open', atLeast(2, 'chat.turn.terminal')],
    needs: ['chat-turn', 'AGENT-08'],
    requests: 1,
    budgetMs: 240_000,
    covers: ['R-18', 'E-C', 'E-D', 'E-M'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const markers = [t.canary(), t.canary()];
    const runs: (string | null)[] = [];
    for (const [at, marker] of markers.entries()) {
      const turn = await t.turn(session, { prompt: `use 1 tools and repeat the marker ${marker}` });
      expectCompleted(t, turn, `turn ${at + 1}`);
      expectAnswer(t, turn, marker, `final response of turn ${at + 1}`);
      expectKept(t, session, `connection after turn ${at + 1}`);
      runs.push(turn.runId);
    }
    t.expectThat(runs[0] === null || runs[0] !== runs[1], 'ORD-WRONG-RUN', {
      where: 'run ids of two turns',
      expected: 'two ids',
      actual: 'the same one twice',
    });
  },
);

check(
  {
    id: 'AGENT-16',
    title: 'the agent knows what was said before in the same thread',
    severity: 'major',
    owner: 'agents',
    requires: ['ws.open', atLeast(2, 'chat.turn.terminal')],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-15', 'API-01'],
    requests: 1,
    budgetMs: 240_000,
    covers: ['E-C', 'E-D', 'E-M'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const threadId = session.threadId ?? `thread_${t.canary()}`;
    const marker = t.canary();
    const told = await t.turn(session, { threadId, prompt: `use 1 tools and remember the marker ${marker}` });
    expectCompleted(t, told, 'turn that tells the marker');
    const asked = await t.turn(session, {
      threadId,
      prompt: 'use 1 tools: which marker did I ask you to remember earlier in this thread?',
    });
    expectCompleted(t, asked, 'turn that asks for the marker');
    expectAnswer(t, asked, marker, 'final response of the second turn');
  },
);

check(
  {
    id: 'AGENT-17',
    title: 'a message that comes during a turn is answered at once, and liveness is no event of the turn',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', atLeast(2, 'ws.message.out'), 'chat.turn.terminal'],
    needs: ['chat-turn'],
    capabilities: ['application-ping'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const running = t.turn(session, { prompt: `use 3 tools and repeat ${t.canary()}` });
    session.connection.send({ type: 'ping' });
    const turn = await running;
    expectCompleted(t, turn, 'turn with a ping in its middle');
    const { messages } = session.received;
    const pong = messages.findIndex(
      ({ frame }) => frame.kind === 'liveness' && frame.liveness.type === 'pong',
    );
    const end = messages.findLastIndex(({ frame }) => frame.kind === 'agent-event');
    t.expectThat(pong !== -1 && pong < end, 'WS-PONG-MISSING', {
      where: 'ping message during a turn',
      expected: 'its pong before the end of the turn',
      actual: pong === -1 ? 'none' : 'one after the turn',
      evidence: [turn.evidence],
    });
  },
);

check(
  {
    id: 'AGENT-18',
    title: 'two turns at once of one user in two threads are kept apart by thread, run and answer',
    severity: 'critical',
    owner: 'agents',
    requires: ['ws.open', atLeast(2, 'chat.turn.terminal')],
    needs: ['chat-turn', 'AGENT-05', 'AGENT-06', 'AGENT-08', 'AGENT-15', 'AGENT-17'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['S1-11', 'E-C', 'E-E'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const markers = [t.canary(), t.canary()];
    const turns = await Promise.all(
      markers.map(async (marker) =>
        t.turn(session, {
          threadId: `thread_${marker}`,
          prompt: `use 3 tools and repeat the marker ${marker}`,
        }),
      ),
    );
    for (const [at, turn] of turns.entries()) {
      expectCompleted(t, turn, `turn ${at + 1} of two at once`);
      expectAnswer(t, turn, markers[at] ?? '', `final response of turn ${at + 1}`);
      t.report(turn.violations.filter(({ rule }) => rule === 'ORD-WRONG-THREAD' || rule === 'ORD-WRONG-RUN'));
    }
  },
);
