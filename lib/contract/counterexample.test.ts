import { describe, expect, test } from 'vitest';
import { minimalCounterexample } from './counterexample.ts';
import { foldEvents, sampleTurn } from './sample-turn.ts';

describe('minimal counterexample', () => {
  const events = foldEvents(sampleTurn(3));

  test('is null for a legal turn', () => {
    expect(minimalCounterexample(events)).toBeNull();
    expect(minimalCounterexample(events, { rule: 'ORD-TOOL-ORPHAN' })).toBeNull();
  });

  test('reduces an orphaned completion to that event', () => {
    const broken = events.filter((_, index) => index !== 4);

    expect(minimalCounterexample(broken, { rule: 'ORD-TOOL-ORPHAN' })).toMatchObject({
      indices: [4],
      rule: 'ORD-TOOL-ORPHAN',
    });
  });

  test('reduces an event after the terminal to the two that clash', () => {
    const late = foldEvents([{ ...sampleTurn(0)[1], event_id: 'late', timestamp: '2026-01-01T00:00:00Z' }]);
    const found = minimalCounterexample([...events, ...late]);

    expect(found?.rule).toBe('ORD-EVENT-AFTER-TERMINAL');
    expect(found?.events.map(({ type }) => type)).toEqual(['agent_completed', 'agent_thinking']);
  });

  test('stays correct when it runs out of tries', () => {
    const broken = events.filter((_, index) => index !== 4);

    expect(minimalCounterexample(broken, { rule: 'ORD-TOOL-ORPHAN', maxTries: 0 })?.events).toEqual(broken);
  });
});
