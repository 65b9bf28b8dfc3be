import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import { awaitMessage } from '../../lib/harness/frame-wait.ts';
import { expectAnswer, expectCompleted, expectUnharmed } from '../../lib/harness/turn-expectation.ts';
import { workOf } from '../../lib/harness/turn-work.ts';

const FAILED: ReadonlySet<string> = new Set(['agent_failed', 'agent_error']);

/** Two, three and four bytes in UTF-8, one outside the basic plane, one that is two code points. */
const SCRIPTS = {
  umlauts: 'Grüße',
  Chinese: '你好世界',
  'an emoji': '🚀',
  'a combining accent': 'e\u0301tude',
} as const;

check(
  {
    id: 'AGENT-14',
    title: 'a prompt that needs no tool is answered by a run that completes',
    severity: 'critical',
    owner: 'agents',
    requires: ['ws.open', 'ws.message.out', 'chat.turn.terminal'],
    needs: ['chat-turn'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => {
    const marker = t.canary();
    const turn = await t.turn(await t.session(t.user()), {
      prompt: `use no tools and repeat the marker ${marker}`,
    });
    for (const warning of turn.warnings) t.warn(warning);
    expectCompleted(t, turn, 'turn without tools');
    t.report(
      turn.violations.filter(({ rule }) => rule === 'TIM-GAP'),
      [turn.evidence],
    );
    t.note(
      turn.events.some(({ type }) => type === 'tool_executing') ? 'a tool was used' : 'no tool was used',
    );
  },
);

check(
  {
    id: 'AGENT-19',
    title: 'several tool calls of one turn have an id each, and each completes',
    severity: 'major',
    owner: 'agents',
    requires: ['ws.open', 'chat.turn.terminal'],
    needs: ['chat-turn', 'AGENT-03'],
    capabilities: ['tool-calls'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['R-18', 'E-C'],
  },
  async (t) => {
    const turn = await t.turn(await t.session(t.user()), {
      prompt: 'use 4 tools: count the words of this sentence in as many ways as you have',
      requireTools: true,
    });
    expectCompleted(t, turn, 'turn with several tools');
    const calls = turn.events.filter(({ type }) => type === 'tool_executing').length;
    t.note(`${calls} tool call(s)`);
    t.report(
      turn.violations.filter(({ rule }) => rule.startsWith('ORD-TOOL-')),
      [turn.evidence],
    );
  },
);

check(
  {
    id: 'AGENT-20',
    title: 'the work of two runs depends on what was asked: the answer is not canned',
    severity: 'critical',
    owner: 'agents',
    requires: [atLeast(2, 'ws.open'), atLeast(2, 'chat.turn.terminal')],
    needs: ['chat-turn', 'AGENT-13'],
    requests: 2,
    budgetMs: 240_000,
    covers: ['S3-22', 'E-C', 'E-M', 'E-O'],
  },
  async (t) => {
    const sentences = [
      'use 1 tools on this short one',
      `use 1 tools on this much longer one: ${'lorem ipsum '.repeat(12)}`,
    ];
    const works: string[] = [];
    const gaps: string[] = [];
    for (const [at, prompt] of sentences.entries()) {
      const turn = await t.turn(await t.session(t.user(`asker-${at}`)), { prompt });
      expectCompleted(t, turn, `turn ${at + 1}`);
      works.push(workOf(turn));
      gaps.push(
        turn.eventsAtMs.map((ms, event) => Math.round(ms - (turn.eventsAtMs[event - 1] ?? 0))).join(', '),
      );
    }
    t.expectThat(works[0] !== works[1], 'EVT-CANNED', {
      where: 'thoughts, tool parameters and tool results of two different prompts',
      expected: 'something that depends on the prompt',
      actual: `the same in both runs; milliseconds between events: ${gaps.join(' and ')}`,
    });
  },
);

check(
  {
    id: 'AGENT-21',
    title:
      'a start message for an agent that does not exist is answered by an error, and the connection stays usable',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', atLeast(2, 'ws.message.out'), 'chat.turn.terminal'],
    needs: ['chat-turn'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['S0-22', 'S1-5', 'S1-16', 'E-D'],
  },
  async (t) => {
    const session = await t.session(t.user());
    const payload = { user_request: 'hello', agent_name: 'agent_that_nobody_wrote' };
    session.connection.send({ type: 'start_agent', payload });
    await awaitMessage(t, session, {
      what: 'an error frame or a failed run',
      rule: 'WS-BAD-MESSAGE-CLOSED',
      budgetMs: t.budgets.firstEvent.failMs ?? 15_000,
      accepts: ({ frame }) =>
        frame.kind === 'error' || (frame.kind === 'agent-event' && FAILED.has(frame.event.type)),
    });
    expectCompleted(
      t,
      await t.turn(session, { prompt: 'use 1 tools and say hello' }),
      'turn after the error',
    );
  },
);

check(
  {
    id: 'AGENT-22',
    title: 'umlauts, Chinese, an emoji and a combining accent in a prompt come back unharmed',
    severity: 'critical',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', 'chat.turn.terminal'],
    needs: ['chat-turn', 'AGENT-14'],
    requests: 1,
    budgetMs: 120_000,
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => {
    const marker = t.canary();
    const where = 'turn with text outside ASCII';
    const turn = await t.turn(await t.session(t.user()), {
      prompt: `use no tools and repeat the marker ${marker} ${Object.values(SCRIPTS).join(' ')}`,
    });
    expectCompleted(t, turn, where);
    expectAnswer(t, turn, marker, where);
    t.stopIfBroken();
    expectUnharmed(t, turn, SCRIPTS, where);
  },
);
