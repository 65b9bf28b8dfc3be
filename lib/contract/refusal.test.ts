import { describe, expect, test } from 'vitest';
import { classifyRefusal } from './refusal.ts';

const closed = (code: number, errorFrameBefore: boolean, welcomed = false) =>
  ({ kind: 'closed', code, reason: '', errorFrameBefore, welcomed }) as const;

describe('refusal form', () => {
  test.for([
    [{ kind: 'refused', status: 401 }, 'http-401'],
    [{ kind: 'refused', status: 403 }, 'http-403'],
    [closed(1008, true), 'close-1008-after-error'],
    [closed(1008, false), 'close-1008'],
    [closed(1011, true), 'close-1011-after-error'],
  ] as const)('recognises %o', ([observed, form]) => {
    expect(classifyRefusal(observed)).toEqual({ form });
  });

  test.for([
    { kind: 'open' } as const,
    { kind: 'refused', status: 500 } as const,
    { kind: 'refused', status: 404 } as const,
    { kind: 'failed', phase: 'tcp', cause: 'ECONNREFUSED' } as const,
    closed(1011, false),
    closed(1006, true),
    closed(1000, false),
    closed(1008, true, true),
  ])('does not take %o for a refusal', (observed) => {
    expect(classifyRefusal(observed).form).toBeNull();
  });
});
