import { must } from '../build.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { whether } from '../sighting.ts';

/** Clocks disagree by more than any leeway: tokens are judged by another time. */
export const CLOCK_SKEW: Hypothesis = {
  name: 'CLOCK_SKEW',
  title: "the target's clock and ours disagree by more than tokens allow",
  owner: 'infrastructure',
  remedy: 'Synchronise the clock of the target, or of the machine that runs this, with NTP; then run again.',
  outranks: false,
  predictions: [
    must(
      'the Date header of the target differs from our clock by more than 30 s',
      (facts) => whether(facts.broken('HLT-CLOCK-SKEW'), facts.rung('clock', 'held')),
      'moment',
      0.9,
    ),
  ],
  explains: ({ rule }) =>
    rule === 'HLT-CLOCK-SKEW' ||
    rule === 'EVT-TIMESTAMP-SKEW' ||
    rule === 'AUTH-TOKEN-REFUSED' ||
    rule === 'AUTH-NOT-YET-VALID-ACCEPTED' ||
    rule === 'AUTH-EXPIRED-ACCEPTED',
  brings: ['AUTH_REJECTED'],
};
