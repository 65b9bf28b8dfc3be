import { describeClose } from '../evidence/close-text.ts';
import type { ChatTurn } from '../ws/turn.ts';
import type { CheckContext } from './check-context.ts';
import type { Session } from './session.ts';

/** Requires that a turn reached `agent_completed`; ends the body otherwise. An error frame is said rather than the silence after it. */
export function expectCompleted(t: CheckContext, turn: ChatTurn, where: string): void {
  const said = turn.violations.filter(
    ({ rule }) => rule === 'EVT-ERROR-FRAME' || rule === 'EVT-AGENT-FAILED',
  );
  t.report(said, [turn.evidence]);
  t.expectThat(turn.ended === 'terminal' || said.length > 0, 'ORD-TERMINAL-MISSING', {
    where,
    expected: 'a terminal event',
    actual: `${turn.ended} after ${turn.events.length} event(s)`,
    evidence: [turn.evidence],
  });
  t.stopIfBroken();
}

/** Requires that the target keeps the connection on which a turn has ended; ends the body otherwise. */
export function expectKept(t: CheckContext, { connection }: Session, where: string): void {
  const { closeFacts } = connection;
  const isKept = closeFacts === null || closeFacts.initiator === 'local';
  t.expectThat(isKept, 'WS-CLOSED-BY-TARGET', {
    where,
    expected: 'an open connection, until the client closes it',
    actual: closeFacts === null ? 'open' : describeClose(closeFacts),
    evidence: [connection.facts.evidence],
  });
  t.stopIfBroken();
}

/** Requires that the final response holds the marker of the prompt. */
export function expectAnswer(t: CheckContext, turn: ChatTurn, marker: string, where: string): void {
  t.expectThat(turn.finalText?.includes(marker) === true, 'EVT-RESULT-WRONG', {
    where,
    expected: 'the marker of the prompt',
    actual: turn.finalText === null ? 'no text' : 'a text without it',
    evidence: [turn.evidence],
  });
}

/**
 * Requires that every one of `texts` stands in the final response as it was sent, character by character. The normal form
 * makes no difference (Unicode UAX #15): a store may compose what was sent decomposed, and no reader sees it.
 */
export function expectUnharmed(
  t: CheckContext,
  turn: ChatTurn,
  texts: Readonly<Record<string, string>>,
  where: string,
): void {
  const answer = (turn.finalText ?? '').normalize('NFC');
  const harmed = Object.entries(texts).flatMap(([what, text]) =>
    answer.includes(text.normalize('NFC')) ? [] : [what],
  );
  t.expectThat(harmed.length === 0, 'EVT-RESULT-GARBLED', {
    where,
    expected: `${Object.keys(texts).join(', ')} as they were sent`,
    actual: `not among it: ${harmed.join(', ')}`,
    evidence: [turn.evidence],
  });
}
