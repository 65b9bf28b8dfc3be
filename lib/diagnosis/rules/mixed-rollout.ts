import { must } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';
import { revisionsTold } from '../symptom.ts';

/** Several revisions answered: no observation belongs to one of them. */
export const MIXED_ROLLOUT: Hypothesis = {
  name: 'MIXED_ROLLOUT',
  title: 'several revisions answered during the run',
  owner: 'operations',
  remedy: 'Wait until the rollout has ended and all traffic goes to one revision, then run again.',
  outranks: true,
  predictions: [
    must(
      'readings of the revision differ',
      ({ revision }) => {
        const told = revisionsTold(revision.readings);
        const first = told[0];
        const other = told.find((reading) => reading.revision !== first?.revision);
        if (first === undefined) return whether([]);
        return other === undefined
          ? whether([], [first.evidence])
          : whether([first.evidence, other.evidence]);
      },
      'moment',
      0.98,
    ),
  ],
  explains: () => true,
  brings: [],
};
