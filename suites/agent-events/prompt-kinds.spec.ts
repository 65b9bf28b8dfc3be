import { expectBody } from '../../lib/harness/body.ts';
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

/** What people paste, all of it ASCII; each ends with its marker, so that a prompt cut short has none. */
const EVERYDAY: Readonly<Record<string, (marker: string) => string>> = {
  'several lines': (marker) => `two steps:\n\n  - boil the water\n\t- wait 5 minutes\n\n${marker}`,
  code: (marker) => `if (a < 10 && !b) { open("../data/list.txt", 'C:\\temp\\new'); } // \${x} ${marker}`,
  markup: (marker) => `<p class="note">Tom &amp; Jerry, 5% off</p> ${marker}`,
  'an SQL sentence': (marker) => `SELECT name FROM orders WHERE total > 100 AND city = 'Ulm'; -- ${marker}`,
};

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

check(
  {
    id: 'AGENT-23',
    title: 'prompts of several lines, code, markup and an SQL sentence are answered as any other',
    severity: 'critical',
    owner: 'infrastructure',
    requires: [atLeast(4, 'ws.open'), atLeast(4, 'ws.message.out'), atLeast(4, 'chat.turn.terminal')],
    needs: ['chat-turn', 'AGENT-14'],
    requests: 4,
    budgetMs: 240_000,
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => {
    // A user each: whether one may come again is asked elsewhere.
    const users = t.users(Object.keys(EVERYDAY).length);
    for (const [at, [what, text]] of Object.entries(EVERYDAY).entries()) {
      const marker = t.canary();
      const where = `turn with ${what}`;
      const prompt = `use no tools and repeat the marker at the end: ${text(marker)}`;
      const turn = await t.turn(await t.session(users[at] ?? t.user()), { prompt });
      expectCompleted(t, turn, where);
      expectAnswer(t, turn, marker, where);
    }
  },
);

check(
  {
    id: 'AGENT-24',
    title: 'a prompt with lines, code, markup and SQL is stored as it was sent, character by character',
    severity: 'major',
    owner: 'backend',
    requires: ['ws.open', 'ws.message.out', 'chat.turn.terminal', 'http.answered'],
    needs: ['chat-turn', 'AGENT-23', 'API-02', 'API-03', 'API-01'],
    capabilities: ['thread-api'],
    requests: 2,
    budgetMs: 120_000,
    covers: ['S1-30', 'R-18', 'E-D'],
  },
  async (t) => {
    const user = t.user();
    const marker = t.canary();
    const texts = Object.values(EVERYDAY).map((text) => text(marker));
    const prompt = `use no tools and read this:\n${texts.join('\n')}`;
    const session = await t.session(user);
    const turn = await t.turn(session, { prompt });
    expectCompleted(t, turn, 'turn with everyday text');
    const path = `/api/threads/${session.threadId ?? turn.threadId ?? ''}/messages`;
    const token = await t.token(user);
    const page = expectBody(t, 'message-page', await t.answered('GET', path, { token }));
    const stored = page.messages.filter(({ role, content }) => role === 'user' && content.includes(marker));
    t.expectEqual('API-MESSAGE-CHANGED', {
      where: `prompt in ${path}`,
      expected: [prompt],
      actual: stored.map(({ content }) => content),
    });
  },
);
