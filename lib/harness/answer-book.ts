import { contentHash } from '../foundation/canonical-json.ts';
import type { ChatTurn } from '../ws/turn.ts';
import { withoutIds } from './turn-work.ts';

/** Turns that are remembered of one worker; a load of thousands must not fill it. */
const MAX_TURNS = 5_000;
/** Characters of an answer that a report may show. */
const SHOWN_CHARACTERS = 60;
/** How much is done for the answer is no part of what is asked. */
const TOOL_WISH = /^use (?:\d+|no) tools?\b[,:]?\s*(?:and\s+)?/i;
const ID_OR_TIME =
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?/gi;

interface Answered {
  readonly question: string;
  readonly answer: string;
  readonly text: string;
  readonly evidence: string;
}

/** One answer that was given to several questions. */
export interface CommonAnswer {
  /** Its beginning; null when the turns ended without any text. */
  readonly text: string | null;
  /** Distinct questions that it was given to. */
  readonly questions: number;
  readonly turns: number;
  /** Ids of the records of these turns, one for each question. */
  readonly evidence: readonly string[];
}

/** Remembers, for every turn of a run that came to its end, what was asked and what was answered, as digests. */
export class AnswerBook {
  readonly #turns: Answered[] = [];

  note(
    prompt: string,
    { ended, finalText, evidence }: Pick<ChatTurn, 'ended' | 'finalText' | 'evidence'>,
  ): void {
    if (ended !== 'terminal' || this.#turns.length >= MAX_TURNS) return;
    const text = finalText?.trim() ?? '';
    this.#turns.push({
      question: contentHash(plain(prompt.replace(TOOL_WISH, ''))),
      answer: contentHash(plain(withoutIds(text))),
      text: text.slice(0, SHOWN_CHARACTERS),
      evidence,
    });
  }

  /** Distinct questions that were answered. */
  get questions(): number {
    return new Set(this.#turns.map(({ question }) => question)).size;
  }

  /** The answer that stands for the most questions; null when nothing was answered. Ids and times make no difference. */
  mostCommon(): CommonAnswer | null {
    const byAnswer = new Map<string, Answered[]>();
    for (const turn of this.#turns) {
      const alike = byAnswer.get(turn.answer) ?? [];
      alike.push(turn);
      byAnswer.set(turn.answer, alike);
    }
    let best: CommonAnswer | null = null;
    for (const turns of byAnswer.values()) {
      const byQuestion = new Map(turns.map(({ question, evidence }) => [question, evidence]));
      if (best !== null && best.questions >= byQuestion.size) continue;
      const text = turns[0]?.text ?? '';
      best = {
        text: text === '' ? null : text,
        questions: byQuestion.size,
        turns: turns.length,
        evidence: [...byQuestion.values()],
      };
    }
    return best;
  }
}

/** The same for texts that differ in case, blanks, ids or times only. */
function plain(text: string): string {
  return text.replaceAll(ID_OR_TIME, 'id').replaceAll(/\s+/g, ' ').trim().toLowerCase();
}
