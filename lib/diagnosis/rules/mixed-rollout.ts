import { must } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';
import { contradictions, revisionsTold } from '../symptom.ts';

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
  explains: () => true,
  brings: [],
};
