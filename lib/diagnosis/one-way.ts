import type { Facts } from './facts.ts';
import { citedSessions } from './selection.ts';
import type { SessionFact } from './session-fact.ts';
import type { Symptom } from './symptom.ts';

/** In what the sessions of these symptoms differ from all others; null when one of the symptoms is not about its way. */
export function wayAlone(symptoms: readonly Symptom[], facts: Facts): string | null {
  const ways = symptoms.flatMap((symptom) =>
    citedSessions(symptom, facts).map((session) => wayOf(symptom, session)),
  );
  const told = ways.filter((way) => way !== null);
  return told.length === 0 || told.length < ways.length ? null : [...new Set(told)].join(', ');
}

function wayOf({ rule }: Symptom, { path, transport }: SessionFact): string | null {
  switch (rule) {
    case 'WS-PATH-NOT-SERVED':
      return `only at ${path}`;
    case 'WS-TRANSPORT-NOT-SERVED':
      return `only where the token travels as ${transport}`;
    default:
      return null;
  }
}
