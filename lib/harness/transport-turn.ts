import type { RuleId } from '../contract/rule.ts';
import { describeClose } from '../evidence/close-text.ts';
import { HarnessError } from '../foundation/errors.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { ConnectOptions } from './check-connections.ts';
import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';

/** Needs no tool, so that it is as cheap as a turn can be. */
const PROMPT = 'say hello';

/** The one thing in which two sessions of a user differ: the way of the token, or the path. */
export type Way = Pick<ConnectOptions, 'transport' | 'path'>;

interface TriedTurn {
  readonly broke: readonly RuleId[];
  readonly text: string;
  readonly evidence: readonly string[];
}

/**
 * Requires that a turn on this session holds to the contract as it does on a session that was opened in the way of the
 * preflight ladder: a turn that breaks on both is judged where turns are. The broken one is repeated once.
 * @param what the way of the session, for a reader.
 * @throws {HarnessError} `EVIDENCE_MISSING` when the repeated turn holds: it does not follow from the way.
 */
export async function expectTurnServed(
  t: CheckContext,
  session: Session,
  { what, way, rule }: { readonly what: string; readonly way: Way; readonly rule: RuleId },
): Promise<void> {
  const first = await tryTurn(t, session);
  if (first.broke.length === 0) return;
  const known = await t.session(session.user);
  const plain = await tryTurn(t, known);
  const control = `a turn over ${known.connection.facts.authTransport} at the path of the settings`;
  t.record({ kind: 'control', of: `a turn ${what}`, accepted: plain.broke.length === 0, text: plain.text });
  const broke = (turn: TriedTurn): readonly RuleId[] => turn.broke.filter((id) => !plain.broke.includes(id));
  if (broke(first).length === 0) {
    t.note(`a turn breaks as ${control} does: ${first.broke.join(', ')}`);
    return;
  }
  const again = await tryTurn(t, await t.session(session.user, way));
  if (broke(again).length === 0) {
    throw new HarnessError(
      'EVIDENCE_MISSING',
      `expected a turn ${what} to hold, or to break again, got: ${first.text}, and ${again.text} when it was repeated`,
      { next: 'It does not follow from the way of the session: read the checks of turns.' },
    );
  }
  t.expectThat(false, rule, {
    where: `turn ${what}`,
    expected: `to hold to the contract as ${control} (${plain.text})`,
    actual: `${first.text}; again: ${again.text}`,
    evidence: [...first.evidence, ...again.evidence],
  });
}

async function tryTurn(t: CheckContext, session: Session): Promise<TriedTurn> {
  const { connection } = session;
  const turn = await t.turn(session, { prompt: PROMPT });
  await connection.close();
  const broke = new Set(turn.violations.map(({ rule }) => rule));
  if (turn.ended !== 'terminal') broke.add('ORD-TERMINAL-MISSING');
  return {
    broke: [...broke],
    text: describeTurn(turn, broke),
    evidence: [connection.facts.evidence, turn.evidence],
  };
}

function describeTurn({ ended, events, closed }: ChatTurn, broke: ReadonlySet<RuleId>): string {
  const end = closed === null ? ended : describeClose(closed);
  const rules = broke.size === 0 ? '' : ` (${[...broke].join(', ')})`;
  return `ended with ${end} after ${events.length} event(s)${rules}`;
}
