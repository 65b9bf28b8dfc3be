import { must, never } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { demoWelcomes, idsOf } from '../selection.ts';
import { whether } from '../sighting.ts';
import type { Symptom } from '../symptom.ts';

/** Somebody gets what belongs to another user. */
export const CROSS_USER_LEAK: Hypothesis = {
  name: 'CROSS_USER_LEAK',
  title: 'users get data, events or the identity of another user',
  owner: 'backend',
  remedy:
    'Stop the release. Find the key by which events and threads are looked up: it must hold the user, never a shared or default one.',
  outranks: false,
  predictions: [
    must(
      'a marker, an event, a thread or the identity of one user reaches another',
      (facts) => whether([...leaks(facts), ...foreignWelcomes(facts)]),
      undefined,
      0.9,
    ),
    never('everybody is welcomed as one user of a demo mode', (facts) => whether(demoWelcomes(facts))),
  ],
  explains: (symptom, facts) => {
    const { rule } = symptom;
    if (rule === null || !isLeak(symptom)) return false;
    if (rule === 'AUTH-IDENTITY-WRONG') return foreignWelcomes(facts).length > 0;
    // Where an event of another user came, it carries another run and thread.
    return isOfLeaks(rule) || (OF_FOREIGN_EVENTS.includes(rule) && leakPlaces(facts).includes(symptom.where));
  },
  brings: [],
};

const OF_FOREIGN_EVENTS: readonly string[] = ['ORD-WRONG-RUN', 'ORD-WRONG-THREAD'];

/** A turn that is spread over the connections of its own user reaches nobody else. */
function isOfLeaks(rule: string): boolean {
  return matchesRule(rule, ['ISO-']) && rule !== 'ISO-TURN-SPLIT';
}

/** A thread that answers with an error was not read, whatever the status. */
function isLeak({ rule, statuses }: Symptom): boolean {
  return rule !== 'ISO-THREAD-READABLE' || statuses.length === 0 || statuses.some((status) => status < 300);
}

/** Checks that saw a leak. */
function leakPlaces(facts: Facts): readonly string[] {
  return leakSymptoms(facts).map(({ where }) => where);
}

function leakSymptoms(facts: Facts): readonly Symptom[] {
  return facts.symptoms.filter(
    (symptom) => symptom.rule !== null && isOfLeaks(symptom.rule) && isLeak(symptom),
  );
}

function leaks(facts: Facts): readonly string[] {
  return leakSymptoms(facts).flatMap(({ evidence, where }) =>
    evidence.length > 0 ? evidence.slice(-3) : [where],
  );
}

/** Sessions welcomed as another user of ours. */
function foreignWelcomes(facts: Facts): readonly string[] {
  const ours = new Set(facts.allSessions.flatMap(({ subject }) => (subject === null ? [] : [subject])));
  return idsOf(
    facts.sessions.filter(
      ({ welcomedAs, subject }) => welcomedAs !== null && welcomedAs !== subject && ours.has(welcomedAs),
    ),
  );
}
