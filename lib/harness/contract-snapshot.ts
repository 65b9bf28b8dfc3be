import { generationsOf } from '../contract/behaviour.ts';
import type { EvidenceBody } from '../evidence/evidence.ts';
import type { GoldenTurn } from './golden-turn.ts';

/** Fields kept of one event type; a hostile event may have any number. */
const MAX_FIELDS = 200;

/** What the target spoke in the golden turn, in a stable order: two runs against one dialect give the same snapshot. */
export function contractSnapshot({ turn, welcome }: GoldenTurn): EvidenceBody {
  const events: Record<string, { variants: readonly string[]; fields: readonly string[] }> = {};
  for (const type of [...new Set(turn.events.map((event) => event.type))].toSorted()) {
    const ofType = turn.events.filter((event) => event.type === type);
    const fields = new Set(ofType.flatMap(({ root }) => pathsOf(root)));
    events[type] = {
      variants: [...new Set(ofType.map(({ variant }) => variant))].toSorted(),
      fields: [...fields].toSorted().slice(0, MAX_FIELDS),
    };
  }
  const [generation, ...others] = generationsOf('welcome', welcome);
  const isKnown = generation !== undefined && others.length === 0;
  return { kind: 'contract.snapshot', generation: isKnown ? generation : 'unknown', welcome, events };
}

/** Members of the envelope and of the bags in it; what lies deeper is business of the agent. */
function pathsOf(root: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(root).flatMap(([name, value]) =>
    (name === 'data' || name === 'payload') && typeof value === 'object' && value !== null
      ? [name, ...Object.keys(value).map((inner) => `${name}.${inner}`)]
      : [name],
  );
}
