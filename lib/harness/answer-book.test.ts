import { describe, expect, test } from 'vitest';
import { AnswerBook } from './answer-book.ts';

/** A book of turns, each with its own record. */
function bookOf(...turns: readonly (readonly [prompt: string, answer: string | null])[]): AnswerBook {
  const book = new AnswerBook();
  for (const [at, [prompt, finalText]] of turns.entries())
    book.note(prompt, { ended: 'terminal', finalText, evidence: `w1-${at}` });
  return book;
}

describe('a book of answers', () => {
  test('finds the answer that stands for the most questions, with a record of each', () => {
    const book = bookOf(
      ['one?', 'Internal error: None'],
      ['two?', 'Two.'],
      ['three?', ' internal error:  none '],
      ['three?', 'Internal error: None'],
    );

    expect(book.mostCommon()).toEqual({
      text: 'Internal error: None',
      questions: 2,
      turns: 3,
      evidence: ['w1-0', 'w1-3'],
    });
  });

  test('takes a question with another wish for tools, or with another id, for the same one', () => {
    const book = bookOf(
      ['say hello', 'Hello!'],
      ['use no tools: say hello', 'Hello!'],
      ['use 3 tools and Say hello', 'Hello!'],
    );

    expect(book.questions).toBe(1);
    expect(book.mostCommon()).toMatchObject({ questions: 1, turns: 3 });
  });

  test('takes answers that differ in ids and times only for the same one', () => {
    const book = bookOf(
      ['one?', 'Failed, see req_1a at 2026-03-01T10:00:00Z'],
      ['two?', 'Failed, see req_2b at 2026-03-01T10:00:01.5Z'],
      ['three?', 'Failed, see 123e4567-e89b-12d3-a456-426614174000'],
    );

    expect(book.mostCommon()).toMatchObject({ questions: 2 });
  });

  test('counts turns that ended without a text as one answer', () => {
    expect(bookOf(['one?', null], ['two?', '  ']).mostCommon()).toMatchObject({ text: null, questions: 2 });
  });

  test('leaves out turns that did not end', () => {
    const book = bookOf();
    book.note('one?', { ended: 'silence', finalText: 'Hello', evidence: 'w1-1' });

    expect(book.mostCommon()).toBeNull();
    expect(book.questions).toBe(0);
  });

  test('keeps numbers: they make another question and another answer', () => {
    expect(bookOf(['after 1?', '2'], ['after 2?', '3']).mostCommon()).toMatchObject({ questions: 1 });
  });
});
