import { describe, expect, test } from 'vitest';
import type { Verdict } from '../evidence/verdict.ts';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { junitXml } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { reproductionLine } from './reproduction-line.ts';

const incident = (verdict: Verdict, id: string, occurred: string | null) =>
  sampleCheck(verdict, {
    id,
    kind: 'reproduction',
    suite: 'regression',
    attempts: [sampleAttempt(verdict, { id, occurred })],
  });

const RECORD = sampleRecord({
  checks: [
    sampleCheck('passed'),
    incident('passed', 'REG-01', 'not reproduced in 10 attempts (0 of 10, 95 % interval 0.00 to 0.28)'),
    incident('failed', 'REG-02', 'reproduced in 2 of 5, 95 % interval 0.12 to 0.77'),
    incident('blocked', 'REG-03', null),
  ],
});

describe('reproductions', () => {
  test('stand in a line of their own, with attempts and ids', () => {
    expect(reproductionLine(RECORD)).toBe(
      'reproductions: 1 not reproduced (REG-01 in 10 attempts), 1 reproduced (REG-02), 1 inconclusive (REG-03)',
    );
  });

  test('leave a run without any without a line', () => {
    expect(reproductionLine(sampleRecord({ checks: [sampleCheck('passed')] }))).toBeNull();
  });

  test('are said in words by JUnit and Markdown, never as an expected failure', () => {
    const decision = decide(RECORD);
    const xml = junitXml(RECORD, decision);
    const page = markdownReport(RECORD, decision, () => null);

    for (const text of [xml, page]) {
      expect(text).toContain('not reproduced in 10 attempts');
      expect(text).toContain('reproduced in 2 of 5');
      expect(text).toContain('reproductions: 1 not reproduced');
      expect(text).not.toMatch(/as expected/iu);
    }
    expect(xml).toContain('name="reproduction" value="inconclusive (blocked)"');
    expect(page).toContain('[REPRODUCED] REG-02');
  });
});
