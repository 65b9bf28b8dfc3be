import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import {
  CLOSING_QUESTIONS,
  closingTurns,
  expectAnswersDiffer,
  LEAST_SAME,
} from '../../lib/harness/closing-turns.ts';
import {
  expectToldToNobody,
  LAST_CANARY_REQUESTS,
  LAST_WRITERS,
  writeLastCanaries,
} from '../../lib/harness/told-canaries.ts';
import { expectCompleted } from '../../lib/harness/turn-expectation.ts';

const REQUIRES = [atLeast(CLOSING_QUESTIONS, 'ws.open'), atLeast(CLOSING_QUESTIONS, 'chat.turn.terminal')];

check(
  {
    id: 'END-01',
    title: 'users can still chat after everything that this run did',
    severity: 'blocker',
    owner: 'backend',
    requires: REQUIRES,
    needs: ['chat-turn'],
    requests: CLOSING_QUESTIONS,
    budgetMs: 120_000,
    covers: ['R-18', 'E-C', 'E-D'],
  },
  async (t) => {
    for (const [at, turn] of (await closingTurns(t)).entries())
      expectCompleted(t, turn, `last turn of user ${at + 1} of ${CLOSING_QUESTIONS}`);
  },
);

check(
  {
    id: 'END-02',
    title: `no text is the answer to ${LEAST_SAME} or more distinct questions of the whole run`,
    severity: 'critical',
    owner: 'agents',
    requires: REQUIRES,
    needs: ['chat-turn', 'END-01'],
    requests: 0,
    budgetMs: 120_000,
    covers: ['S3-22', 'E-C', 'E-O'],
  },
  async (t) => {
    await closingTurns(t);
    expectAnswersDiffer(t);
  },
);

check(
  {
    id: 'END-03',
    title:
      'what a user wrote was told to no other in the whole run: not in headers of HTTP answers and openings, bodies, messages, control frames or close reasons',
    severity: 'critical',
    owner: 'backend',
    requires: [atLeast(2 * LAST_WRITERS, 'ws.open'), atLeast(LAST_WRITERS, 'chat.turn.terminal')],
    needs: ['chat-turn', 'END-01'],
    requests: LAST_CANARY_REQUESTS,
    budgetMs: 120_000,
    covers: ['S1-11', 'S1-18', 'S1-19', 'S3-19', 'R-17', 'E-E'],
  },
  async (t) => {
    await writeLastCanaries(t);
    await expectToldToNobody(t);
  },
);
