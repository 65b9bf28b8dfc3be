import { SOCKET_PATHS } from '../../contract/socket-path.ts';
import { must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { honestSessions, idsOf } from '../selection.ts';
import { pathOf } from '../session-fact.ts';
import { describeUniform, elsewhereAnswer } from '../uniform-answer.ts';
import { whether } from '../sighting.ts';

/** The settings point to another deployment, or to a path that is not the sockets'. */
export const WRONG_TARGET: Hypothesis = {
  name: 'WRONG_TARGET',
  title: 'the settings point to another environment, to another path, or to something else altogether',
  owner: 'operations',
  remedy:
    'Correct BACKEND_URL, WEBSOCKET_URL and the environment marker in the settings, or the routes of the target; an edge in front of it must let our requests through.',
  outranks: false,
  predictions: [
    must(
      'the environment marker is another one, sessions open at another path than the configured one, or every path is answered by one and the same redirect or 404',
      (facts) =>
        whether(
          [
            ...otherEnvironment(facts),
            ...openedElsewhere(facts),
            ...(elsewhereAnswer(facts)?.evidence ?? []),
          ],
          refusedElsewhere(facts),
        ),
      'other-path',
      0.9,
    ),
    never('a session opens at the configured path of the expected environment', (facts) =>
      otherEnvironment(facts).length > 0
        ? whether([])
        : whether(idsOf(honestSessions(facts).filter(({ outcome }) => outcome === 'welcomed'))),
    ),
    should('the configured path is unknown there', (facts) =>
      whether(idsOf(honestSessions(facts).filter(({ status }) => status === 404 || status === 403))),
    ),
    should('the environment is named as another one', (facts) => whether(otherEnvironment(facts))),
  ],
  explains: ({ rule, statuses }, facts) => {
    const answer = elsewhereAnswer(facts);
    if (answer !== null)
      return rule !== null && statuses.length > 0 && statuses.every((status) => status === answer.status);
    return otherEnvironment(facts).length > 0
      ? rule === 'HLT-ENVIRONMENT' || rule === 'HLT-REVISION-STALE' || rule === 'AUTH-TOKEN-REFUSED'
      : rule === 'WS-HANDSHAKE-REFUSED';
  },
  brings: [],
  detail: (facts) => {
    const answer = elsewhereAnswer(facts);
    return answer === null ? null : describeUniform(answer);
  },
};

/** The ladder asks first; a later contradiction is one of the target with itself. */
function otherEnvironment(facts: Facts): readonly string[] {
  return facts.rung('environment', 'broken');
}

function elsewhere(facts: Facts): Facts['sessions'] {
  const own = pathOf(facts.target.websocketUrl);
  return facts.sessions.filter(
    ({ path, token }) => path !== own && token === 'valid' && SOCKET_PATHS.some((known) => known === path),
  );
}

function openedElsewhere(facts: Facts): readonly string[] {
  return idsOf(elsewhere(facts).filter(({ outcome }) => outcome === 'welcomed'));
}

function refusedElsewhere(facts: Facts): readonly string[] {
  return idsOf(elsewhere(facts).filter(({ outcome }) => outcome !== 'welcomed'));
}
