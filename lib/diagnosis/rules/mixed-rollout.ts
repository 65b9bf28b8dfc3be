import { isRevision, sameRevision } from '../../contract/revision.ts';
import { must } from '../build.ts';
import { type Facts, matchesRule } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { citedSessions } from '../selection.ts';
import { whether } from '../sighting.ts';
import { contradictions, revisionsTold, type Symptom } from '../symptom.ts';

/** Several revisions answered: no observation belongs to one of them. */
export const MIXED_ROLLOUT: Hypothesis = {
  name: 'MIXED_ROLLOUT',
  title: 'several revisions answered during the run',
  owner: 'operations',
  remedy: 'Wait until the rollout has ended and all traffic goes to one revision, then run again.',
  outranks: true,
  predictions: [
    must(
      'readings of the revision differ, or the behaviours are those of several generations',
      ({ revision }) => {
        const [first] = revisionsTold(revision.readings);
        return whether(contradictions(revision), first === undefined ? [] : [first.evidence]);
      },
      'moment',
      0.98,
    ),
  ],
  explains: (symptom, facts) => isOfRevision(symptom) || isOfOther(symptom, facts),
  brings: [],
};

function isOfRevision({ rule, rung }: Symptom): boolean {
  return rung === 'revision' || (rule !== null && matchesRule(rule, ['HLT-REVISION-']));
}

/**
 * True when what went wrong came from the other revision: a broken rule on its connections alone, or a check that could not be judged
 * because one of its connections was of it. What went wrong elsewhere has a cause of its own, whatever else was deployed.
 */
function isOfOther(symptom: Symptom, facts: Facts): boolean {
  // Behaviours of several generations, where none is told, leave nothing that could be laid at another door.
  if (revisionsTold(facts.revision.readings).length === 0) return true;
  const others = otherConnections(facts);
  const cited = [
    ...citedSessions(symptom, facts).map(({ connection }) => connection),
    ...facts.turns.flatMap(({ id, body }) => (symptom.evidence.includes(id) ? [body.connection] : [])),
  ];
  const isOther = (connection: string): boolean => others.has(connection);
  return symptom.rule === null ? cited.some(isOther) : cited.length > 0 && cited.every(isOther);
}

/** Connections whose opening named another revision than the expected one; than the one that was read last, where none is expected. */
function otherConnections({ revision: { readings, expected } }: Facts): ReadonlySet<string> {
  const wanted = expected ?? revisionsTold(readings).at(-1)?.revision ?? null;
  return new Set(
    readings.flatMap(({ revision, connections = [] }) =>
      wanted === null || revision === null || !isRevision(revision) || sameRevision(revision, wanted)
        ? []
        : connections,
    ),
  );
}
