import { must, never, should } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { outages } from '../outage.ts';
import { exchangeIds, member } from '../selection.ts';
import { whether } from '../sighting.ts';
import { elsewhereAnswer } from '../uniform-answer.ts';

/** The first requests wake the service; later ones are served. */
export const COLD_START: Hypothesis = {
  name: 'COLD_START',
  title: 'the service was waking up: first requests failed, later ones are served',
  owner: 'infrastructure',
  remedy:
    'Keep a minimum of instances warm, or let the run wait for readiness before it begins; then run again.',
  outranks: false,
  predictions: [
    must(
      'what failed at first is served a little later, and did not fail again',
      (facts) => {
        const { woke, persists } = outages(facts);
        return whether(woke, persists);
      },
      'repeat',
      0.85,
    ),
    should('the refusal says that the startup is in progress', (facts) =>
      whether(
        exchangeIds(facts.exchanges.filter(({ json }) => member(json, 'startup_in_progress') === true)),
      ),
    ),
    never('every path is answered by one and the same redirect or 404', (facts) =>
      whether(elsewhereAnswer(facts)?.evidence ?? []),
    ),
    never('it was served before it failed', (facts) => whether(outages(facts).relapsed)),
  ],
  explains: ({ rule, statuses, unanswered }) =>
    rule === 'HLT-COLD-START' ||
    rule === 'HLT-DOWN' ||
    rule === 'HLT-STATUS' ||
    (rule === 'WS-HANDSHAKE-REFUSED' && statuses.some((status) => status >= 502)) ||
    (rule === 'API-STATUS' && statuses.some((status) => status >= 502)) ||
    (rule === null && unanswered),
  brings: [],
};
