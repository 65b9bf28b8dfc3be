import { isRevision, sameRevision } from '../../contract/revision.ts';
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
      'every reading of the revision shows another one than expected',
      (facts) => {
        const matching = readings(facts, true);
        return whether(matching.length > 0 ? [] : readings(facts, false), matching);
      },
      'moment',
      0.95,
    ),
    should('one revision answered all the time', (facts) =>
      new Set(facts.revision.readings.map(({ revision }) => revision)).size === 1
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
