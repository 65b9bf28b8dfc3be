import { must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { outages } from '../outage.ts';
import { idsOf } from '../selection.ts';
import { whether } from '../sighting.ts';

/** Two idle times of one timer differ by less than this share. */
const SAME_TIMER = 0.15;
/** A cut sooner than this, at time scale 1, is no idle timer. */
const SHORTEST_TIMER_MS = 5_000;

/** A hop cuts connections on which nothing moves. */
export const PROXY_IDLE_TIMEOUT: Hypothesis = {
  name: 'PROXY_IDLE_TIMEOUT',
  title: 'a hop in front cuts idle connections without a close frame',
  owner: 'infrastructure',
  remedy:
    'Raise the idle or backend timeout of the load balancer above the longest silence, or let the server send pings more often.',
  outranks: false,
  predictions: [
    must(
      'connections are cut without a close frame after one and the same time of silence',
      (facts) => whether([...facts.broken('WS-IDLE-CUT'), ...regularCuts(facts)]),
      undefined,
      0.85,
    ),
    should(
      'the same connections serve while something moves',
      (facts) =>
        whether(
          idsOf(
            facts.allSessions.filter(({ turns }) => turns.some(({ ended }) => ended === 'terminal')),
          ).slice(0, 2),
        ),
      undefined,
      0.2,
    ),
    never('nobody serves any more after the cut', (facts) => whether(outages(facts).persists)),
    never('the target ends them with a close frame', (facts) =>
      whether(
        idsOf(
          facts.sessions.filter(
            ({ close }) => close !== null && close.initiator === 'remote' && close.code === 1011,
          ),
        ),
      ),
    ),
  ],
  explains: ({ rule }, facts) =>
    rule === 'WS-IDLE-CUT' || (rule === 'WS-CLOSE-ABNORMAL' && regularCuts(facts).length > 0),
  brings: [],
};

function regularCuts(facts: Facts): readonly string[] {
  const cuts = facts.sessions.filter(
    ({ close }) =>
      close !== null &&
      close.initiator === 'transport' &&
      close.msSinceOpen >= SHORTEST_TIMER_MS * facts.timeScale &&
      close.messagesOut === 0,
  );
  const times = cuts.map(({ close }) => close?.msSinceOpen ?? 0);
  const longest = Math.max(0, ...times);
  const shortest = Math.min(...times);
  return cuts.length >= 2 && longest - shortest <= SAME_TIMER * longest ? idsOf(cuts) : [];
}
