import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import {
  CLOSING_QUESTIONS,
  closingTurns,
  expectAnswersDiffer,
  LEAST_SAME,
} from '../../lib/harness/closing-turns.ts';
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
