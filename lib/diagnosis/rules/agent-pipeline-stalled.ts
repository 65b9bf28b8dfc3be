import { must, never, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { isOfLostMessage } from '../lost-message.ts';
import { misreadTurns } from '../misread-turn.ts';
import { idsOf } from '../selection.ts';
import { whether } from '../sighting.ts';

/** The connection is well and the agent does not come to an end: it stands still, or reports that it failed. */
export const AGENT_PIPELINE_STALLED: Hypothesis = {
  name: 'AGENT_PIPELINE_STALLED',
  title: 'the agent does not finish its runs on a connection that is alive',
  owner: 'agents',
  remedy:
    'Follow the cited run ids through the agent pipeline: model calls, tools and queues; the sockets are not the reason.',
  outranks: false,
  predictions: [
    must(
      'turns end in silence, at our deadline, or in an event that reports failure',
      (facts) => whether([...stalled(facts), ...facts.broken('EVT-AGENT-FAILED')], finished(facts)),
      undefined,
      0.8,
    ),
    should('pings are answered on such connections', (facts) => whether(facts.pongs), 'liveness', 0.3),
    never('the target ended those connections', (facts) =>
      whether(
        idsOf(
          facts.sessions.filter(
            ({ turns, close }) =>
              turns.some(({ ended }) => ended === 'silence') &&
              close !== null &&
              close.initiator === 'remote' &&
              close.code === 1011,
          ),
        ),
      ),
    ),
    never('nothing is answered at all on them', (facts) => whether(facts.broken('WS-HALF-OPEN'))),
  ],
  explains: (symptom, facts) => {
    const { rule, reason, evidence } = symptom;
    // What could not be read may have been the end.
    if (misreadTurns(facts).some((id) => evidence.includes(id))) return false;
    return (
      OF_STALLS.includes(rule ?? '') ||
      (isOfLostMessage(symptom, facts) && losesPlainTurns(facts)) ||
      (stalled(facts).length > 0 && (rule === 'ORD-REQUIRED-MISSING' || reason === 'DEADLINE_EXCEEDED')) ||
      // Where no turn ends, a start that had to be refused is ignored like any other.
      (stalled(facts).length > 0 && finished(facts).length === 0 && rule === 'WS-BAD-MESSAGE-IGNORED')
    );
  },
  brings: [],
};

const OF_STALLS: readonly string[] = [
  'TIM-GAP',
  'TIM-TURN',
  'EVT-AGENT-FAILED',
  'ORD-TERMINAL-MISSING',
  'ORD-RUN-TRUNCATED',
  'ORD-AGENT-UNCLOSED',
];

/** Plain turns get no event either: then nothing special to a check lost its message. */
function losesPlainTurns(facts: Facts): boolean {
  return facts.symptoms.some(
    (symptom) => OF_STALLS.includes(symptom.rule ?? '') && isOfLostMessage(symptom, facts),
  );
}

function stalled(facts: Facts): readonly string[] {
  const misread = misreadTurns(facts);
  return facts.turns.flatMap(({ id, body }) =>
    (body.ended === 'silence' || body.ended === 'deadline') && !misread.includes(id) ? [id] : [],
  );
}

function finished(facts: Facts): readonly string[] {
  return facts.turns.flatMap(({ id, body }) => (body.ended === 'terminal' ? [id] : [])).slice(0, 2);
}
