import { expect, test } from 'vitest';
import { parseBreakerReport } from './breaker.ts';

test('folds the spelling of the state, and keeps what is not told apart from zero', () => {
  expect(parseBreakerReport({ state: 'HALF-OPEN', threshold: 3 })).toEqual({
    ok: true,
    value: { state: 'half_open', failures: null, threshold: 3 },
  });
});

test('calls a body without a state a broken body', () => {
  const parsed = parseBreakerReport({ status: 'closed' });

  expect(parsed.ok ? [] : parsed.violations.map(({ rule }) => rule)).toEqual(['API-BODY']);
});
