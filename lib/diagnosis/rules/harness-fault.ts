import { must } from '../build.ts';
import type { Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { probeAnswers } from '../selection.ts';
import { whether } from '../sighting.ts';

/** The one fault of ours that leaves no check without a verdict: a report that could not be written. */
const HARMLESS = 'REPORTER_FAILED';

/** Our own machinery is the reason, not the target. */
export const HARNESS_FAULT: Hypothesis = {
  name: 'HARNESS_FAULT',
  title: 'our own harness failed or was too slow; the target was not judged where it did',
  owner: 'harness',
  remedy:
    'Mend the harness fault named in the record, or run on a machine that is not busy, then run again; blame nobody for these reds.',
  outranks: false,
  outranksWhen: (facts) => hasDiedBackend(facts),
  predictions: [
    must(
      'the run recorded a fault or a slowness of the harness, or our client fails against our own backend too',
      (facts) =>
        whether(
          [...ownFaults(facts), ...probeAnswers(facts, 'own-client', false)],
          probeAnswers(facts, 'own-client', true),
        ),
      'own-client',
      0.95,
    ),
  ],
  explains: (symptom, facts) =>
    hasDiedBackend(facts) ||
    probeAnswers(facts, 'own-client', false).length > 0 ||
    (symptom.rule === null && symptom.timedOut && facts.isObserverSlow) ||
    (symptom.rule === null && !symptom.unanswered && spoilingFaults(facts).length > 0),
  brings: [],
  detail: (facts) => {
    const codes = [...new Set(spoilingFaults(facts).map((id) => id.replace('harness:', '')))];
    return codes.length === 0 ? null : codes.join(', ');
  },
};

/** Without our own backend nothing that was seen is about a target: no other hypothesis is held against such a run. */
export function hasDiedBackend({ harnessFaults }: Pick<Facts, 'harnessFaults'>): boolean {
  return harnessFaults.some(({ code }) => code === 'BACKEND_DIED');
}

function ownFaults(facts: Facts): readonly string[] {
  return [...spoilingFaults(facts), ...(facts.isObserverSlow ? ['harness:OBSERVER_SLOW'] : [])];
}

function spoilingFaults({ harnessFaults }: Facts): readonly string[] {
  return harnessFaults.filter(({ code }) => code !== HARMLESS).map(({ code }) => `harness:${code}`);
}
