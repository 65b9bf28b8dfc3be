import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import type { CheckContext } from '../../lib/harness/check-context.ts';
import { capture, expectIsolated } from '../../lib/harness/leak-matrix.ts';

/** Fewer users, or users one after the other, prove no isolation. */
const LEAST_USERS = 3;
const TOOL_USERS = 3;
const GATE_USERS = 10;
/** Short turns may miss each other by chance, not three times. */
const ROUNDS = 3;
const OVERLAP = ['isolation.overlap', 'isolation.matrix'] as const;

/** All users talk at once, each in a thread of its own; canaries stand in the prompt, the context and the thread id. */
async function talkAtOnce(t: CheckContext, users: number, instruction: string): Promise<void> {
  const sessions = await t.sessions(t.users(users));
  const captures = sessions.map((session) => capture(session, t.canary(), `thread_${t.canary()}`));
  const talk = async () =>
    Promise.all(
      captures.map(async ({ session, canary, threadId }) =>
        t.turn(session, {
          prompt: `${instruction} and repeat my canary ${canary}`,
          context: { canary },
          ...(threadId === null ? {} : { threadId }),
        }),
      ),
    );
  let turns = await talk();
  let overlapped = t.recordOverlap(sessions, turns);
  for (let round = 1; round < ROUNDS && !overlapped; round += 1) {
    turns = await talk();
    overlapped = t.recordOverlap(sessions, turns);
  }
  expectIsolated(t, captures, turns);
}

check(
  {
    id: 'ISO-01',
    title:
      "ISOLATION_USERS (5 by default) at once: every owner sees its own canary and nobody sees another's: plain, reversed, base64, hex or percent-encoded, whole or in pieces",
    severity: 'blocker',
    owner: 'backend',
    requires: [
      atLeast(LEAST_USERS, 'ws.open'),
      atLeast(LEAST_USERS, 'ws.message.out'),
      atLeast(LEAST_USERS, 'chat.turn.terminal'),
      ...OVERLAP,
    ],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14'],
    requests: 5,
    budgetMs: 120_000,
    lane: 'isolation',
    covers: ['S1-11', 'S1-18', 'S1-19', 'S2-12', 'S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    t.note(`${t.settings.isolationUsers} users`);
    await talkAtOnce(t, t.settings.isolationUsers, 'use no tools');
  },
);

check(
  {
    id: 'ISO-11',
    title: `${TOOL_USERS} users with tools at once: tool results hold what is their own user's only`,
    severity: 'critical',
    owner: 'agents',
    requires: [atLeast(TOOL_USERS, 'ws.open'), atLeast(TOOL_USERS, 'chat.turn.terminal'), ...OVERLAP],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01'],
    capabilities: ['tool-calls'],
    requests: TOOL_USERS,
    budgetMs: 120_000,
    lane: 'isolation',
    covers: ['S1-18', 'S3-19', 'E-E'],
  },
  async (t) => talkAtOnce(t, TOOL_USERS, 'use 2 tools, one of them on this thread,'),
);

check(
  {
    id: 'ISO-03',
    title: `${GATE_USERS} users with long turns at once: still nobody sees anything of another`,
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(GATE_USERS, 'ws.open'), atLeast(GATE_USERS, 'chat.turn.terminal'), ...OVERLAP],
    needs: ['chat-turn', 'AGENT-08', 'AGENT-14', 'ISO-01', 'ISO-11'],
    requests: GATE_USERS,
    budgetMs: 180_000,
    lane: 'isolation',
    covers: ['S1-19', 'S1-25', 'S3-19', 'S3-20', 'R-17', 'E-E', 'E-F'],
  },
  async (t) => talkAtOnce(t, GATE_USERS, 'use 6 tools'),
);
