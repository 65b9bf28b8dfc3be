import { describe, expect, test } from 'vitest';
import type { ReceivedMessage } from '../ws/connection.ts';
import { joinedTexts, messageAt } from './joined-text.ts';

/** Messages as a connection keeps them. */
function received(...texts: readonly string[]): readonly ReceivedMessage[] {
  return texts.map((text, at) => ({
    frame: { kind: 'malformed', reason: 'not-json', detail: 'text' },
    text,
    binary: false,
    atMs: at,
    seq: at + 1,
    bytes: text.length,
    evidence: null,
  }));
}

const piece = (text: string, more: object = {}): string =>
  JSON.stringify({ type: 'stream_chunk', timestamp: '2026-03-01', data: { text }, ...more });

describe('joined texts of a connection', () => {
  test('are what the same field of messages of one type said, in the order of receipt', () => {
    const messages = received(piece('he'), '{"type":"pong"}', piece('llo'));

    expect(joinedTexts(messages).map(({ field, text }) => [field, text])).toEqual([
      ['stream_chunk.type', 'stream_chunkstream_chunk'],
      ['stream_chunk.data.text', 'hello'],
    ]);
  });

  test('tell two streams apart whose messages name their run', () => {
    const messages = received(
      piece('he', { run_id: 'a' }),
      piece('by', { run_id: 'b' }),
      piece('llo', { run_id: 'a' }),
      piece('e', { run_id: 'b' }),
    );

    expect(joinedTexts(messages).map(({ text }) => text)).toEqual(
      expect.arrayContaining(['hello', 'bye', 'hebylloe']),
    );
  });

  test('name the message in which a place of the text came', () => {
    const [, joined] = joinedTexts(received(piece('he'), piece('llo'), piece('!')));
    if (joined === undefined) throw new TypeError('expected a joined text');

    expect(messageAt(joined, 'hel'.length)?.seq).toBe(2);
    expect(messageAt(joined, 'hello!'.length)?.seq).toBe(3);
  });

  test('join the elements of an array, and leave out what is no JSON object', () => {
    const list = JSON.stringify({ type: 'x', list: ['a', 'b'] });

    expect(joinedTexts(received(list, 'no json', 'null', '[1]')).map(({ text }) => text)).toContain('ab');
  });

  test('hold no more than their limit of a field', () => {
    const long = 'x'.repeat(150_000);
    const lengths = joinedTexts(received(piece(long), piece(long), piece('y'))).map(
      ({ text }) => text.length,
    );

    expect(Math.max(...lengths)).toBe(150_001);
  });
});
