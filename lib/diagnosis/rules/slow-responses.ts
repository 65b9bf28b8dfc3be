import { hardly, must } from '../build.ts';
import { type Facts, matchesRule } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { citedSessions } from '../selection.ts';
import type { SessionFact } from '../session-fact.ts';
import { whether } from '../sighting.ts';

const OF_TIME: readonly string[] = ['TIM-', 'HLT-MEMORY-GROWTH'];
/** A turn that does not end is no slow turn. */
const OF_STALLS: readonly string[] = ['TIM-GAP', 'TIM-TURN', 'TIM-READINESS'];

/** Everything is right, and comes later than promised. */
export const SLOW_RESPONSES: Hypothesis = {
  name: 'SLOW_RESPONSES',
  title: 'answers are right and come later than promised, or grow slower',
  owner: 'backend',
  remedy:
    'Compare the phases of the slow exchanges with the baseline: database, model, saturation of processor or memory.',
  outranks: false,
  predictions: [
    must(
      'a time or growth budget is broken by what did answer',
      (facts) =>
        whether(
          facts.symptoms
            .filter(({ rule }) => rule !== null && matchesRule(rule, OF_TIME) && rule !== 'TIM-READINESS')
            .filter(({ rule }) => !OF_STALLS.includes(rule ?? '') || turnsEnd(facts))
            .flatMap(({ evidence, where }) => (evidence.length > 0 ? evidence.slice(-2) : [where])),
        ),
      undefined,
      0.75,
    ),
    hardly(
      'turns never end',
      (facts) => whether(facts.turns.flatMap(({ id, body }) => (body.ended === 'silence' ? [id] : []))),
      undefined,
      0.5,
    ),
  ],
  explains: (symptom, facts) => {
    const { rule } = symptom;
    if (rule === null) return false;
    if (matchesRule(rule, OF_TIME))
      return !OF_STALLS.includes(rule) || (rule !== 'TIM-READINESS' && turnsEnd(facts));
    return facts.broken('TIM-WELCOME').length > 0 && isGivenUp(citedSessions(symptom, facts));
  },
  brings: [],
};

function turnsEnd({ turns }: Facts): boolean {
  return turns.length > 0 && turns.every(({ body }) => body.ended === 'terminal');
}

/** Sessions that were open and silent until we stopped waiting: where others are welcomed late, these would have been. */
function isGivenUp(sessions: readonly SessionFact[]): boolean {
  return sessions.length > 0 && sessions.every(({ outcome }) => outcome === 'silent');
}
