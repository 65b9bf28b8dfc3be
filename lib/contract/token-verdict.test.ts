import { expect, test } from 'vitest';
import { parseTokenVerdict } from './token-verdict.ts';

test('reads whose token it is, and that a refused one is of nobody', () => {
  expect(parseTokenVerdict({ valid: true, user_id: 'u1', permissions: [] })).toEqual({
    ok: true,
    value: { valid: true, userId: 'u1' },
  });
  expect(parseTokenVerdict({ valid: false, error: 'invalid_token' })).toEqual({
    ok: true,
    value: { valid: false, userId: null },
  });
});

test('calls a body that does not say whether the token is valid a broken body', () => {
  const parsed = parseTokenVerdict({ user_id: 'u1' });

  expect(parsed.ok ? [] : parsed.violations.map(({ rule }) => rule)).toEqual(['API-BODY']);
});
