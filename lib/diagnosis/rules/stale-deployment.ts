import { isRevision, sameRevision } from '../../contract/revision.ts';
import { judgeFingerprint } from '../../evidence/fingerprint-judgement.ts';
import { must, should } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';

/** What was to be validated is not what answered; nothing seen says anything about it. */
export const STALE_DEPLOYMENT: Hypothesis = {
  name: 'STALE_DEPLOYMENT',
  title: 'another revision than the expected one is deployed',
  owner: 'operations',
  remedy:
    'Deploy the expected revision, or correct the expectation; check that traffic was moved to it. Judge the fix only after that.',
  outranks: true,
  predictions: [
    must(
      'every reading of the revision shows another one than expected, or the behaviours are those of another generation',
      (facts) => {
        const [matching, behaviours] = [readings(facts, true), otherGeneration(facts)];
        if (behaviours.length > 0) return whether(behaviours);
        return whether(matching.length > 0 ? [] : readings(facts, false), matching);
      },
      'moment',
      0.95,
    ),
    should('one revision, or one generation, answered all the time', (facts) =>
      otherGeneration(facts).length > 0
        ? whether(otherGeneration(facts))
        : new Set(facts.revision.readings.map(({ revision }) => revision)).size === 1
          ? whether(readings(facts, false))
          : whether(
              [],
              facts.revision.readings.map(({ evidence }) => evidence),
            ),
    ),
  ],
  explains: () => true,
  brings: [],
};

/** Behaviours that are not those of the expected generation, where all of them are of another one; empty otherwise. */
function otherGeneration({ revision }: Facts): readonly string[] {
  if (revision.fingerprint === undefined) return [];
  const { state, rows } = judgeFingerprint(revision.fingerprint);
  return state === 'differs'
    ? rows.flatMap(({ seen, standing }) => (standing === 'differs' && seen !== null ? [seen.evidence] : []))
    : [];
}

function readings(facts: Facts, matching: boolean): readonly string[] {
  const { expected } = facts.revision;
  if (expected === null) return [];
  return facts.revision.readings.flatMap(({ revision, evidence }) =>
    // What is no revision at all says nothing about which one is deployed.
    revision !== null && isRevision(revision) && sameRevision(revision, expected) === matching
      ? [evidence]
      : [],
  );
}
