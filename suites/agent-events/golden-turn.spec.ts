import { check } from '../../lib/harness/check.ts';
import { goldenTurn, reportSide } from '../../lib/harness/golden-turn.ts';

const EVIDENCE = ['ws.open', 'ws.message.out', 'ws.message.in', 'chat.turn.terminal'] as const;

check(
  {
    id: 'AGENT-01',
    title: 'a chat turn that needs a tool yields each of the five event types',
    severity: 'blocker',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['S1-29', 'S3-23', 'R-18', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'required'),
);

check(
  {
    id: 'AGENT-02',
    title: 'the events come in a legal order: started first, terminal last, time never backwards',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['S1-29', 'R-18', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'order'),
);

check(
  {
    id: 'AGENT-03',
    title: 'every tool_executing is followed by its tool_completed',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    capabilities: ['tool-calls'],
    lane: 'golden-turn',
    covers: ['R-18', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'pairing'),
);

check(
  {
    id: 'AGENT-04',
    title: 'the terminal event comes once and nothing of the run comes after it',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'terminal'),
);

check(
  {
    id: 'AGENT-05',
    title: 'every event carries the ids of its own run, thread and user',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'R-17', 'E-E'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'identity'),
);

check(
  {
    id: 'AGENT-06',
    title: 'every event has the fields of its type',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'S1-32', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'shape'),
);

check(
  {
    id: 'AGENT-07',
    title: 'first event, gaps and the whole turn stay within their budgets',
    severity: 'major',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'S1-25', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'timing'),
);

check(
  {
    id: 'AGENT-08',
    title: 'the final response answers this prompt',
    severity: 'major',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['S3-22', 'E-C', 'E-M'],
  },
  async (t) => {
    const { turn, marker } = await goldenTurn(t);
    t.expectThat(turn.finalText?.includes(marker) === true, 'EVT-RESULT-WRONG', {
      where: 'final response',
      expected: 'the marker of the prompt',
      actual: turn.finalText === null ? 'no text' : 'a text without it',
      evidence: [turn.evidence],
    });
  },
);
