import type { ChatTurn } from '../ws/turn.ts';
import type { CheckContext } from './check-context.ts';

/** Questions that nobody answers alike, in words of a user: nothing in them tells that they are ours. */
const QUESTIONS = [
  'how many legs does a spider have?',
  'what is the capital of Italy?',
  'which planet is closest to the sun?',
  'which month comes after April?',
  'what do blue and yellow paint mix to?',
  'which animal is said to be the fastest on land?',
] as const;

export const CLOSING_QUESTIONS = QUESTIONS.length;
/**
 * Distinct questions with one and the same answer from which it is no chance: greetings and short confirmations may
 * be alike two or three times in a run, an answer to this many different questions answers none of them.
 */
export const LEAST_SAME = 5;
const SHOWN_RECORDS = 10;

/** Asks one question of each of some new users at once, as the last that a run does; once for all checks of this worker. */
export async function closingTurns(t: CheckContext): Promise<readonly ChatTurn[]> {
  return t.shared('closing turns', async () =>
    Promise.all(
      t.users(CLOSING_QUESTIONS).map(async (user, at) => {
        const session = await t.session(user);
        return t.turn(session, { prompt: `use no tools: ${QUESTIONS[at] ?? ''}`, graceMs: 0 });
      }),
    ),
  );
}

/** Requires that no text was the answer to many distinct questions of this run. */
export function expectAnswersDiffer(t: CheckContext): void {
  const common = t.answers.mostCommon();
  const questions = common?.questions ?? 0;
  t.note(
    `${t.answers.questions} distinct questions in this worker; the most common answer stands for ${questions}`,
  );
  t.expectThat(questions < LEAST_SAME, 'EVT-RESULT-SAME', {
    where: `answers to ${t.answers.questions} distinct questions of the whole run`,
    expected: `no answer to ${LEAST_SAME} or more of them`,
    actual: `${common?.text === null ? 'no text at all' : JSON.stringify(common?.text ?? '')} to ${questions}, in ${common?.turns ?? 0} turn(s)`,
    evidence: common?.evidence.slice(-SHOWN_RECORDS) ?? [],
  });
}
