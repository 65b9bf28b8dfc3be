import { check } from '../../lib/harness/check.ts';
import { contractSnapshot } from '../../lib/harness/contract-snapshot.ts';
import { goldenTurn, reportSide } from '../../lib/harness/golden-turn.ts';
import { parametersOf, reasoningTextOf } from '../../lib/harness/event-text.ts';

const EVIDENCE = ['ws.open', 'ws.message.out', 'ws.message.in', 'chat.turn.terminal'] as const;
const MAX_SKEW_MS = 3_600_000;
const MIN_REASONING_CHARACTERS = 5;

check(
  {
    id: 'AGENT-09',
    title: 'every message of a turn is one JSON object in a text message',
    severity: 'critical',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'framing'),
);

check(
  {
    id: 'AGENT-10',
    title:
      'every event comes in the one declared envelope under its own name; the dialect is kept as a snapshot',
    severity: 'major',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['S0-31', 'S1-32', 'R-24', 'E-C'],
  },
  async (t) => {
    const golden = await goldenTurn(t);
    t.record(contractSnapshot(golden));
    reportSide(t, golden, 'envelope');
  },
);

check(
  {
    id: 'AGENT-11',
    title: 'every event has an id of its own',
    severity: 'major',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    capabilities: ['trace-ids'],
    lane: 'golden-turn',
    covers: ['R-18', 'E-C'],
  },
  async (t) => reportSide(t, await goldenTurn(t), 'ids'),
);

check(
  {
    id: 'AGENT-12',
    title: 'timestamps of events are those of our clock to within an hour',
    severity: 'minor',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    lane: 'golden-turn',
    covers: ['R-18', 'E-C'],
  },
  async (t) => {
    const { turn, sentAtWallMs } = await goldenTurn(t);
    for (const [at, event] of turn.events.entries()) {
      if (event.timestampMs === null) continue;
      const skewMs = event.timestampMs - (sentAtWallMs + (turn.eventsAtMs[at] ?? 0));
      t.expectThat(Math.abs(skewMs) <= MAX_SKEW_MS, 'EVT-TIMESTAMP-SKEW', {
        where: `timestamp of ${event.type}, event ${at}`,
        expected: `within ${MAX_SKEW_MS} ms of its receipt`,
        actual: `${Math.round(skewMs)} ms from it`,
        evidence: [turn.evidence],
      });
    }
  },
);

check(
  {
    id: 'AGENT-13',
    title: 'every thought says what is thought, every tool call what the tool is called with',
    severity: 'major',
    owner: 'agents',
    requires: EVIDENCE,
    needs: ['chat-turn'],
    capabilities: ['tool-calls'],
    lane: 'golden-turn',
    covers: ['S1-29', 'E-C'],
  },
  async (t) => {
    const { turn } = await goldenTurn(t);
    for (const [at, event] of turn.events.entries()) {
      const isThought = event.type === 'agent_thinking';
      if (!isThought && event.type !== 'tool_executing') continue;
      const isThere = isThought
        ? reasoningTextOf(event).length >= MIN_REASONING_CHARACTERS
        : parametersOf(event) !== null;
      t.expectThat(isThere, 'EVT-FIELD-MISSING', {
        where: `${event.type}, event ${at}`,
        expected: isThought ? `a reasoning of at least ${MIN_REASONING_CHARACTERS} characters` : 'parameters',
        actual: 'none',
        evidence: [turn.evidence],
      });
    }
  },
);
