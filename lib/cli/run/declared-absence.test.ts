import { describe, expect, test } from 'vitest';
import { readPlan } from '../policy/plan-file.ts';
import { absenceWarnings } from './declared-absence.ts';

const { checks } = readPlan('.');
const missing = (capability: string) => ({
  missingCapabilities: [
    { capability, owner: 'backend', reason: 'not built there', expires: '2099-01-01' } as const,
  ],
});

describe('absenceWarnings', () => {
  test('says which critical checks cap the decision', () => {
    const [warning = '', ...more] = absenceWarnings(missing('tool-calls'), checks);

    expect(warning).toMatch(
      /^the policy declares tool-calls missing: \d+ of \d+ checks are skipped; CONDITIONAL GO at best/,
    );
    expect(warning).toContain('ISO-03');
    expect(more).toEqual([]);
  });

  test('says that no decision hangs on lesser checks, and nothing of what no check needs', () => {
    expect(absenceWarnings(missing('memory-metric'), checks)).toEqual([
      expect.stringContaining('no decision hangs on them'),
    ]);
    expect(absenceWarnings(missing('tls'), [])).toEqual([]);
  });
});
