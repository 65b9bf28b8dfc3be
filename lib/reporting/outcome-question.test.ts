import { expect, test } from 'vitest';
import { sampleRecord } from '../evidence/testing/sample-record.ts';
import { decide } from '../gate/decide.ts';
import { outcomeQuestion, outcomeReach } from './outcome-question.ts';

test.each([
  ['full', 'can users chat', ''],
  ['smoke', 'can users chat, as far as the short plan asks', 'as far as the short plan asks'],
] as const)('the outcome of a %s run claims no more than its plan asked', (scope, question, reach) => {
  const decision = { ...decide(sampleRecord()), scope };

  expect(outcomeQuestion(decision)).toBe(question);
  expect(outcomeReach(decision)).toBe(reach);
});
