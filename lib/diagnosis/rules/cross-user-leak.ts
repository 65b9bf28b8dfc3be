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
    // An event of another user carries another run and thread.
    return isOfLeaks(rule) || (leaks(facts).length > 0 && OF_FOREIGN_EVENTS.includes(rule));
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

function leaks(facts: Facts): readonly string[] {
  return facts.symptoms
    .filter((symptom) => symptom.rule !== null && isOfLeaks(symptom.rule) && isLeak(symptom))
    .flatMap(({ evidence, where }) => (evidence.length > 0 ? evidence.slice(-3) : [where]));
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
