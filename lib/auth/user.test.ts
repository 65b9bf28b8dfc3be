import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assertDistinctSubjects, createUser, users } from './user.ts';

describe('users', () => {
  test('returns distinct subjects and emails that carry the run and the name', () => {
    const list = users(3, { runId: '20261121-065000-4kq9xz' });

    expect(list.map(({ subject }) => subject)).toEqual([
      'sg-50004kq9xz-u1',
      'sg-50004kq9xz-u2',
      'sg-50004kq9xz-u3',
    ]);
    expect(new Set(list.map(({ email }) => email.split('@')[0])).size).toBe(3);
  });

  test('gives the users of two runs different subjects', () => {
    const [a] = users(1, { runId: 'run-aaaaaaaa1' });
    const [b] = users(1, { runId: 'run-aaaaaaaa2' });

    expect(a?.subject).not.toBe(b?.subject);
  });

  test('never spells a word that a backend relaxes its checks for', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('test-run-e2e-1', 'x-test-12345', 'demo000000', 'none')),
        (runId) => {
          expect(createUser('u1', { runId }).subject).toMatch(
            /^sg-(?!.*(?:test|e2e|mock|demo|none))[a-z0-9]{10}-u1$/,
          );
        },
      ),
    );
  });

  test.each(['test-user', 'Upper', 'placeholder', '', 'a b', 'e2e'])('refuses the name %j', (name) => {
    expect(() => createUser(name, { runId: 'r' })).toThrow(TypeError);
  });

  test('takes permissions from the caller', () => {
    expect(createUser('analyst', { runId: 'r', permissions: ['chat'] }).permissions).toEqual(['chat']);
  });
});

test('assertDistinctSubjects names the subject that occurs twice', () => {
  expect(() => assertDistinctSubjects(['a', 'b', 'a'])).toThrow("expected distinct subjects, got 'a' twice");
});
