import { refusedParts } from '../../contract/browser-opening.ts';
import { SOCKET_PATHS } from '../../contract/socket-path.ts';
import { must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { citedSessions, exchangeIds, honestSessions, httpServing, idsOf } from '../selection.ts';
import { pathOf } from '../session-fact.ts';
import { whether } from '../sighting.ts';

/** What an application says to an opening handshake that reached it as plain HTTP (wire-contract.md §0.3, fact 6). */
const PLAIN_ANSWERS: readonly number[] = [400, 404, 405, 426, 501];

/** A hop forwards opening handshakes as plain HTTP, so the application never sees an upgrade; or it refuses those of browsers. */
export const UPGRADE_NOT_FORWARDED: Hypothesis = {
  name: 'UPGRADE_NOT_FORWARDED',
  title: 'a hop in front does not forward the WebSocket upgrade',
  owner: 'infrastructure',
  remedy:
    'Let the load balancer or proxy forward opening handshakes: with Upgrade and Connection (HTTP/1.1), and with all that browsers send (Origin, Sec-WebSocket-Extensions, User-Agent).',
  outranks: false,
  predictions: [
    must(
      'opening handshakes are answered as if they were plain requests, or those of browsers alone are refused',
      (facts) => {
        const ofBrowsers = refusedBrowsers(facts);
        return whether([...ofBrowsers, ...plain(facts)], ofBrowsers.length > 0 ? [] : opened(facts));
      },
      'transports',
    ),
    must(
      'that is so at every published path, or the answer asks for an upgrade, or a plain client is served',
      (facts) =>
        whether(
          [...elsewhere(facts, false), ...(refusedBrowsers(facts).length > 0 ? opened(facts) : [])],
          elsewhere(facts, true),
        ),
      'other-path',
      0.5,
    ),
    should('plain HTTP is served', (facts) => whether(exchangeIds(httpServing(facts))), undefined, 0.3),
    never('a session opens at a published path', (facts) => whether(elsewhere(facts, true))),
  ],
  explains: ({ rule, statuses }) =>
    rule === BROWSER_RULE ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.some((status) => PLAIN_ANSWERS.includes(status))),
  brings: [],
  detail: (facts) => {
    const tried = facts.symptoms
      .filter(({ rule }) => rule === BROWSER_RULE)
      .flatMap((symptom) => citedSessions(symptom, facts))
      .map(({ browserParts, outcome }) => ({ parts: browserParts, served: outcome === 'welcomed' }));
    const parts = refusedParts(tried);
    return parts.length === 0 ? null : `of browsers: refused only with ${parts.join(', ')}`;
  },
};

const BROWSER_RULE = 'WS-BROWSER-NOT-SERVED';

function refusedBrowsers(facts: Facts): readonly string[] {
  return facts.broken(BROWSER_RULE);
}

function plain(facts: Facts): readonly string[] {
  return idsOf(
    honestSessions(facts).filter(({ status }) => status !== null && PLAIN_ANSWERS.includes(status)),
  );
}

function opened(facts: Facts): readonly string[] {
  return idsOf(honestSessions(facts).filter(({ outcome }) => outcome === 'welcomed'));
}

function elsewhere(facts: Facts, open: boolean): readonly string[] {
  const own = pathOf(facts.target.websocketUrl);
  const there = facts.sessions.filter(
    ({ path, token }) => path !== own && token === 'valid' && SOCKET_PATHS.some((known) => known === path),
  );
  if (open) return idsOf(there.filter(({ outcome }) => outcome === 'welcomed'));
  const asksForUpgrade = honestSessions(facts).filter(({ status }) => status === 426);
  return idsOf([...there.filter(({ outcome }) => outcome !== 'welcomed'), ...asksForUpgrade]);
}
