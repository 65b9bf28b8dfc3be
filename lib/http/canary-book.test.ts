import { describe, expect, test } from 'vitest';
import { CanaryBook } from './canary-book.ts';

const heard = { kind: 'message', where: 'message 3', reader: 'bob', evidence: 'w1-7' } as const;

/** A book in which ann wrote one canary. */
function written(): { readonly book: CanaryBook; readonly canary: string } {
  const book = new CanaryBook();
  const canary = book.create();
  book.wrote('ann', `{"prompt":"repeat my canary ${canary}, please"}`);
  return { book, canary };
}

describe('CanaryBook', () => {
  test('finds what one user wrote in a text to another, and says where', () => {
    const { book, canary } = written();
    book.heard(heard, `you said ${canary}`);
    expect(book.told).toEqual([{ ...heard, writers: ['ann'], encoding: 'plain text' }]);
  });

  test('finds nothing in a text to the writer, nor of a canary that nobody wrote', () => {
    const { book, canary } = written();
    book.heard({ ...heard, reader: 'ann' }, canary);
    book.heard(heard, book.create());
    expect(book.told).toEqual([]);
    expect(book.texts('message')).toBe(2);
    expect(book.readers('message')).toBe(2);
  });

  test('takes everybody who wrote a canary for its owner, and nobody without a token', () => {
    const { book, canary } = written();
    book.wrote('bob', `GET /api/threads/thread_${canary}`);
    book.wrote(null, canary);
    book.heard(heard, canary);
    expect(book.told).toEqual([]);
    book.heard({ ...heard, reader: null }, canary);
    expect(book.told).toMatchObject([{ reader: null, writers: ['ann', 'bob'] }]);
  });

  test('names the header that tells it, percent-encoded as a whole prompt is', () => {
    const { book, canary } = written();
    const headers = { date: 'today', 'x-last': encodeURIComponent(`repeat my canary ${canary}`) };
    book.heardHeaders({ ...heard, kind: 'opening' }, headers, 'of the 101');
    expect(book.told).toMatchObject([{ where: 'header x-last of the 101', writers: ['ann'] }]);
    expect(book.texts('opening')).toBe(1);
  });

  test.each(['', 'a', 'ab', 'abc', 'abcd'])('finds a canary behind %o in every form', (before) => {
    const { book, canary } = written();
    const bytes = Buffer.from(`${before}${canary}-`);
    const forms = [
      bytes.toString('base64'),
      bytes.toString('base64url'),
      bytes.toString('hex'),
      bytes.toString('hex').toUpperCase(),
      `${before}${canary}`.split('').reverse().join(''),
    ];
    for (const [at, form] of forms.entries()) book.heard({ ...heard, where: `form ${at}` }, `x.${form}.x`);
    expect(book.told.map(({ where }) => where)).toEqual(forms.map((_, at) => `form ${at}`));
  });
});
