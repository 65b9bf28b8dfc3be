import { hardly, must } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { misreadTurns } from '../misread-turn.ts';
import { whether } from '../sighting.ts';
import { OF_CONTENT } from './answer-wrong.ts';

/** Broken by the end of a run, not by the shape of its events. */
const OF_LOST_ENDS: readonly string[] = [
  'TIM-GAP',
  'TIM-TURN',
  'TIM-FIRST-EVENT',
  'ORD-RUN-TRUNCATED',
  'ORD-TERMINAL-MISSING',
];
const OF_SHAPE: readonly string[] = ['EVT-', 'ORD-', 'ISO-TURN-SPLIT'];
const NOT_OF_SHAPE: readonly string[] = [
  ...OF_CONTENT,
  'EVT-AGENT-FAILED',
  'EVT-ERROR-FRAME',
  'EVT-TIMESTAMP-SKEW',
  'ORD-RUN-TRUNCATED',
  'ORD-TERMINAL-MISSING',
];

/** Runs come to their end, and their events are not the promised ones. */
export const EVENT_CONTRACT_BROKEN: Hypothesis = {
  name: 'EVENT_CONTRACT_BROKEN',
  title: 'agent events break their contract: order, pairing, fields, types or encoding',
  owner: 'agents',
  remedy:
    'Compare the first violated event with the contract (docs/PROTOCOL.md); look for the last change of the emitter or of a wrapper.',
  outranks: false,
  predictions: [
    must(
      'events break rules of order or of shape',
      (facts) => whether([...brokenShape(facts), ...misreadTurns(facts)]),
      undefined,
      0.8,
    ),
    hardly(
      'no run comes to its end',
      (facts) =>
        facts.turns.some(({ body }) => body.ended === 'terminal') || misreadTurns(facts).length > 0
          ? whether([])
          : whether(facts.turns.flatMap(({ id, body }) => (body.ended === 'limit' ? [] : [id]))),
      undefined,
      0.4,
    ),
  ],
  explains: (symptom, facts) => {
    const { rule, evidence } = symptom;
    if (rule === null) return false;
    if (OF_LOST_ENDS.includes(rule)) return misreadTurns(facts).some((id) => evidence.includes(id));
    return isOfShape(rule);
  },
  brings: [],
};

function isOfShape(rule: string): boolean {
  return matchesRule(rule, OF_SHAPE) && !NOT_OF_SHAPE.includes(rule);
}

function brokenShape(facts: Facts): readonly string[] {
  return facts.symptoms
    .filter(({ rule }) => rule !== null && isOfShape(rule))
    .flatMap(({ evidence, where }) => (evidence.length > 0 ? evidence.slice(-2) : [where]));
}
