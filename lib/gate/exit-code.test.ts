import { describe, expect, test } from 'vitest';
import { DECISIONS } from './decision.ts';
import { ExitCode, exitCodeOf, exitCodeUntold } from './exit-code.ts';

const plain = { harnessFault: false, signal: null, acceptConditional: false, refused: false } as const;

describe('exit code', () => {
  test('stands for the decision alone when nothing else happened', () => {
    expect(DECISIONS.map((decision) => [decision, exitCodeOf(decision, plain)])).toEqual([
      ['GO', 0],
      ['CONDITIONAL_GO', 2],
      ['NO_GO', 1],
      ['INCONCLUSIVE', 3],
    ]);
  });

  test('turns a conditional go, and nothing else, into 0 when it is accepted', () => {
    const accepted = { ...plain, acceptConditional: true };

    expect(DECISIONS.map((decision) => exitCodeOf(decision, accepted))).toEqual([0, 0, 1, 3]);
  });

  test('puts refusal before signal before harness fault before the decision, in all combinations', () => {
    for (const decision of DECISIONS) {
      for (const acceptConditional of [false, true]) {
        for (const harnessFault of [false, true]) {
          for (const signal of [null, 'SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
            const code = (refused: boolean): number =>
              exitCodeOf(decision, { harnessFault, signal, acceptConditional, refused });
            expect(code(true)).toBe(ExitCode.Usage);
            const bySignal = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
            const byDecision = harnessFault ? 70 : exitCodeOf(decision, { ...plain, acceptConditional });
            expect(code(false)).toBe(signal === null ? byDecision : bySignal[signal]);
          }
        }
      }
    }
  });

  test('that lets a pipeline go on is not given to one that was told nothing', () => {
    expect(Object.values(ExitCode).map((code) => [code, exitCodeUntold(code)])).toEqual([
      [0, 70],
      [1, 1],
      [2, 70],
      [3, 3],
      [64, 64],
      [70, 70],
      [129, 129],
      [130, 130],
      [143, 143],
    ]);
  });
});
