import { must } from '../build.ts';
import { matchesRule, type Facts } from '../facts.ts';
import type { Hypothesis } from '../hypothesis.ts';
import { idsOf } from '../selection.ts';
import { whether } from '../sighting.ts';

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
      (facts) => whether([...facts.broken('ISO-'), ...foreignWelcomes(facts)]),
      undefined,
      0.9,
    ),
  ],
  explains: ({ rule }, facts) =>
    rule !== null &&
    (matchesRule(rule, ['ISO-', 'ORD-WRONG-RUN', 'ORD-WRONG-THREAD']) ||
      (rule === 'AUTH-IDENTITY-WRONG' && foreignWelcomes(facts).length > 0)),
  brings: ['EVENT_CONTRACT_BROKEN'],
};

/** Sessions welcomed as another user of ours. */
function foreignWelcomes(facts: Facts): readonly string[] {
  const ours = new Set(facts.allSessions.flatMap(({ subject }) => (subject === null ? [] : [subject])));
  return idsOf(
    facts.sessions.filter(
      ({ welcomedAs, subject }) => welcomedAs !== null && welcomedAs !== subject && ours.has(welcomedAs),
    ),
  );
}
