import type { Facts } from './facts.ts';
import type { Symptom } from './symptom.ts';

/**
 * Turns whose message had no effect at all on a connection that stayed open: not one event came until we stopped waiting. A run
 * that began and stood still is another matter.
 */
export function lostMessages({ turns }: Facts): readonly string[] {
  return turns.flatMap(({ id, body: { ended, firstEventMs } }) =>
    (ended === 'silence' || ended === 'deadline') && firstEventMs === null ? [id] : [],
  );
}

/** True when a symptom rests on a message that was lost. */
export function isOfLostMessage({ evidence }: Symptom, facts: Facts): boolean {
  return lostMessages(facts).some((id) => evidence.includes(id));
}
