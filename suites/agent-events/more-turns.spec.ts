import { check } from '../../lib/harness/check.ts';
import { expectCompleted } from '../../lib/harness/turn-expectation.ts';

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
    t.note(
      turn.events.some(({ type }) => type === 'tool_executing') ? 'a tool was used' : 'no tool was used',
    );
  },
);
