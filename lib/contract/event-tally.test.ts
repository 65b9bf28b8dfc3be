import { expect, test } from 'vitest';
import { emptyTally, endsAgent } from './event-tally.ts';

test('a tally begins at zero for every type', () => {
  expect(new Set(Object.values(emptyTally()))).toEqual(new Set([0]));
  expect(Object.keys(emptyTally())).toHaveLength(11);
});

test('an agent ends with a terminal event and with nothing else', () => {
  const types = ['agent_completed', 'agent_failed', 'agent_error', 'agent_death', 'agent_stopped'] as const;

  expect(types.every((type) => endsAgent(type))).toBe(true);
  expect(endsAgent('agent_started') || endsAgent('tool_completed') || endsAgent('subagent_completed')).toBe(
    false,
  );
});
