import { should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';
import { describeUniform, uniformAnswer } from '../uniform-answer.ts';

/** What no other hypothesis accounts for; an honest answer, with what stands out and the rule of each check as the only guide. */
export const UNKNOWN: Hypothesis = {
  name: 'UNKNOWN',
  title: 'the evidence decides for no known cause',
  owner: 'harness',
  remedy:
    'Take each check by itself: its rule says what was promised and what to look at; add the observation that is named as next to decide.',
  outranks: false,
  predictions: [
    should('all answers over HTTP are one and the same', (facts) =>
      whether(uniformAnswer(facts)?.evidence ?? []),
    ),
    should('no request over HTTP is answered', (facts) => whether(silence(facts))),
  ],
  explains: () => true,
  brings: [],
  detail: (facts) => {
    if (facts.symptoms.some(({ reason }) => reason === 'ORIGIN_UNKNOWN'))
      return 'openings are refused only with an Origin, and WEBSOCKET_ORIGIN does not say from which one users come';
    const answer = uniformAnswer(facts);
    if (answer !== null) return describeUniform(answer);
    const unanswered = silence(facts);
    return unanswered.length === 0
      ? null
      : `no HTTP request was answered, ${unanswered.length} of ${unanswered.length}; nothing says whether an answer would still have come`;
  },
};

/** Requests to the backend when none of them was answered, and we stopped waiting for all. */
function silence({ allExchanges }: Facts): readonly string[] {
  const asked = allExchanges.filter(({ service }) => service === 'backend');
  return asked.every(({ outcome }) => outcome === 'unanswered') ? asked.map(({ id }) => id) : [];
}
