import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startAgent, startAgentText } from './client-message.ts';

describe('start message', () => {
  test('is written as JSON would write it, whatever stands in it', () => {
    const text = fc.string({ unit: 'binary' });
    const options = fc.record(
      {
        threadId: fc.option(text),
        runId: text,
        requestId: text,
        agentName: text,
        context: fc.dictionary(text, text, { maxKeys: 1 }),
        extra: fc.dictionary(text, text, { maxKeys: 1 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(text, options, (prompt, fields) => {
        expect(startAgentText(prompt, fields)).toBe(JSON.stringify(startAgent(prompt, fields)));
      }),
    );
  });

  test('quotes each prompt anew', () => {
    const texts = ['one', 'a "second"', 'one'].map((prompt) =>
      startAgentText(prompt, { runId: 'run_1', threadId: null }),
    );

    expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual(
      ['one', 'a "second"', 'one'].map((prompt) => startAgent(prompt, { runId: 'run_1', threadId: null })),
    );
  });
});
