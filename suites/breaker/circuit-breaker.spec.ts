import { atLeast } from '../../lib/harness/check-definition.ts';
import { check } from '../../lib/harness/check.ts';
import {
  assertClosedBefore,
  assertOwnRefusals,
  BREAKER,
  breakerStory,
} from '../../lib/harness/breaker-story.ts';
import { assertAnswered } from '../../lib/harness/refusal-attempt.ts';

const COMMON = {
  owner: 'auth',
  requires: ['control.accepted', atLeast(5, 'ws.open')],
  capabilities: ['auth-breaker'],
  budgetMs: 120_000,
} as const;

check(
  {
    ...COMMON,
    id: 'BRK-01',
    title: 'one refusal leaves the breaker closed, and the user served',
    severity: 'major',
    requires: ['http.answered', 'ws.open'],
    // Where the header does not arrive, what we sent with a token counts as sent without one.
    needs: ['clock', 'welcome', 'AUTH-04', 'HS-01'],
    capabilities: ['auth-breaker', 'breaker-report'],
    requests: 60,
    covers: ['S3-5', 'R-39', 'E-J'],
  },
  async (t) => {
    const story = await breakerStory(t);
    assertClosedBefore(story);
    const { report, attempt } = story.single ?? { report: null, attempt: story.locked };
    assertAnswered(attempt, 'a valid token after one failure');
    // The report counts everybody: only together with our own user refused is it our refusal that opened it.
    t.expectThat(report?.state === 'closed' || attempt.outcome.kind === 'open', 'AUTH-BREAKER-EAGER', {
      where: '/ws/auth/circuit-breaker and a valid token after one failure',
      expected: 'closed, or a welcome',
      actual: `${report?.state ?? 'not reported'}, and ${attempt.text}`,
      evidence: [attempt.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-02',
    title: `${BREAKER.failures - 1} failures in a row leave the breaker closed, and a success starts the count again`,
    severity: 'major',
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35'],
    requests: 0,
    covers: ['S3-12', 'E-J'],
  },
  async (t) => {
    const { patient } = await breakerStory(t);
    for (const [round, attempt] of patient.entries()) {
      t.expectThat(attempt.outcome.kind === 'open', 'AUTH-BREAKER-EAGER', {
        where: `valid token after ${BREAKER.failures - 1} failures, round ${round + 1}`,
        expected: 'a welcome',
        actual: attempt.text,
        evidence: [attempt.evidence],
      });
    }
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-03',
    title: `${BREAKER.failures} failures in a row open the breaker: the next attempt of that user is not served`,
    severity: 'critical',
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35'],
    requests: 0,
    covers: ['S0-19', 'S3-12', 'S4-25', 'E-J'],
  },
  async (t) => {
    const { locked } = await breakerStory(t);
    t.expectThat(locked.outcome.kind !== 'open', 'AUTH-BREAKER-STAYS-CLOSED', {
      where: `valid token right after ${BREAKER.failures} failures of the same user`,
      expected: 'not served',
      actual: locked.text,
      evidence: [locked.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-04',
    title: 'an open breaker answers HTTP 503 with Retry-After, and never HTTP 500',
    severity: 'major',
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35', 'BRK-03'],
    requests: 0,
    covers: ['S4-2', 'S4-7', 'S4-25', 'E-J'],
  },
  async (t) => {
    const { locked, retryAfter } = await breakerStory(t);
    t.expectThat(/^\d+$/.test(retryAfter ?? '') && locked.text === 'HTTP 503', 'AUTH-BREAKER-ANSWER', {
      where: 'opening handshake while the breaker is open',
      expected: 'HTTP 503 with Retry-After',
      actual: `${locked.text}, Retry-After ${retryAfter ?? 'absent'}`,
      evidence: [locked.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-05',
    title: 'the breaker of one user does not lock out another',
    severity: 'critical',
    requires: [atLeast(5, 'ws.open'), atLeast(1, 'ws.refused')],
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35', 'BRK-03'],
    requests: 0,
    covers: ['S3-14', 'S3-25', 'S4-7', 'E-J'],
  },
  async (t) => {
    const { bystander } = await breakerStory(t);
    t.expectThat(bystander.outcome.kind === 'open', 'AUTH-BREAKER-CASCADE', {
      where: 'valid token of another user while the breaker is open',
      expected: 'a welcome',
      actual: bystander.text,
      evidence: [bystander.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-06',
    title: 'the health page answers 200 after a burst of refusals',
    severity: 'major',
    requires: ['http.answered', atLeast(5, 'ws.open')],
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35'],
    requests: 0,
    covers: ['S3-25', 'S0-23', 'E-J'],
  },
  async (t) => {
    const { health } = await breakerStory(t);
    t.expectEqual('HLT-DOWN', {
      where: `GET /health after ${BREAKER.failures} failures in a row`,
      expected: 200,
      actual: health.status,
      evidence: [health.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-07',
    title: `the breaker closes within ${BREAKER.resetMs / 1_000} s and a valid token of that user is accepted again`,
    severity: 'critical',
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35', 'BRK-03'],
    requests: 0,
    covers: ['S0-19', 'S3-13', 'S3-14', 'E-J'],
  },
  async (t) => {
    const { recovery, recoveredAfterMs, waitedMs } = await breakerStory(t);
    t.note(`recovered after ${recoveredAfterMs?.toFixed(0) ?? '-'} ms`);
    t.expectThat(recoveredAfterMs !== null, 'AUTH-BREAKER-STAYS-OPEN', {
      where: `valid token within ${waitedMs} ms after the breaker opened (time scale ${t.settings.timeScale})`,
      expected: 'a welcome',
      actual: recovery.text,
      evidence: [recovery.evidence],
    });
  },
);

check(
  {
    ...COMMON,
    id: 'BRK-08',
    title:
      'the report of the breaker says open while connections are refused, and closed at the end of the run',
    severity: 'major',
    needs: ['clock', 'welcome', 'AUTH-04', 'AUTH-35', 'BRK-02', 'BRK-03', 'BRK-07'],
    capabilities: ['auth-breaker', 'breaker-report'],
    requests: 0,
    covers: ['S3-5', 'R-39', 'E-J'],
  },
  async (t) => {
    const story = await breakerStory(t);
    t.expectEqual('AUTH-BREAKER-REPORT', {
      where: '/ws/auth/circuit-breaker while a valid token is refused',
      expected: 'open',
      actual: story.meanwhile?.state ?? 'not reported',
    });
    t.stopIfBroken();
    assertOwnRefusals(story);
    t.expectEqual('AUTH-BREAKER-REPORT', {
      where: '/ws/auth/circuit-breaker after the user is served again',
      expected: 'closed',
      actual: story.after?.state ?? 'not reported',
    });
  },
);
