import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sampleAttempt, sampleCheck, sampleRecord } from '../evidence/testing/sample-record.ts';
import { codeQuality } from './code-quality.ts';

const findingSchema = z.strictObject({
  description: z.string().min(1),
  check_name: z.string().min(1),
  fingerprint: z.string().min(1),
  severity: z.enum(['info', 'minor', 'major', 'critical', 'blocker']),
  location: z.strictObject({ path: z.string(), lines: z.strictObject({ begin: z.int().min(1) }) }),
});
const violation = (rule: string, actual: string) => ({ rule, expected: 'a', actual, where: 'w' });
const findings = (actual: string) =>
  z.array(findingSchema).parse(
    codeQuality(
      sampleRecord({
        checks: [
          sampleCheck('passed', { id: 'PRE-01' }),
          sampleCheck('inconclusive', { id: 'API-02' }),
          sampleCheck('failed', {
            id: 'API-01',
            severity: 'major',
            attempts: [
              sampleAttempt('failed', {
                id: 'API-01',
                violations: [violation('X', actual), violation('X', 'again'), violation('Y', 'c')],
              }),
            ],
          }),
        ],
      }),
    ),
  );

describe('GitLab code quality report', () => {
  test('has one finding per red check and rule, at its spec', () => {
    expect(findings('b').map(({ check_name, severity }) => `${check_name} ${severity}`)).toEqual([
      'X major',
      'Y major',
    ]);
  });

  test('keeps a fingerprint from run to run, whatever the target answered', () => {
    const prints = (actual: string): readonly string[] =>
      findings(actual).map(({ fingerprint }) => fingerprint);

    expect(prints('another answer')).toEqual(prints('b'));
    expect(new Set(prints('b')).size).toBe(2);
  });
});
