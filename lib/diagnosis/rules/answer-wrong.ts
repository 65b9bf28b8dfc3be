import { must, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';

/** Broken by what an answer says, not by how it comes. */
export const OF_CONTENT: readonly string[] = [
  'EVT-RESULT-WRONG',
  'EVT-RESULT-SAME',
  'EVT-RESULT-GARBLED',
  'EVT-CANNED',
];

/** Runs come to their end, their events are the promised ones, and what they say is no answer to what was asked. */
export const ANSWER_WRONG: Hypothesis = {
  name: 'ANSWER_WRONG',
  title: 'runs end as they should, and what they say is no answer to what was asked',
  owner: 'agents',
  remedy:
    'Compare the cited turns with their prompts: model and provider (quota, fallback text), cache keys, prompt assembly, thread history. The emitter of the events is not the reason.',
  outranks: false,
  predictions: [
    must(
      'a final response does not hold what its prompt asks for, or differs in nothing from that to another prompt',
      (facts) => whether(facts.broken(...OF_CONTENT)),
      undefined,
      0.8,
    ),
    should(
      'the events of those turns keep their contract',
      (facts) => whether(citedTurns(facts, true), citedTurns(facts, false)),
      undefined,
      0.3,
    ),
  ],
  explains: ({ rule }) => rule !== null && OF_CONTENT.includes(rule),
  brings: [],
};

/** Turns with a wrong answer whose events are right, or are not. */
function citedTurns(facts: Facts, areRight: boolean): readonly string[] {
  const cited = facts.symptoms.flatMap(({ rule, evidence }) =>
    rule !== null && OF_CONTENT.includes(rule) ? evidence : [],
  );
  return facts.turns.flatMap(({ id, body: { ended, violations } }) =>
    cited.includes(id) && (ended === 'terminal' && violations.length === 0) === areRight ? [id] : [],
  );
}
