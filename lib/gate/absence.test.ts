import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planSchema } from '../evidence/plan.ts';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { absenceOf } from './absence.ts';

const plan = planSchema.parse(JSON.parse(readFileSync('suites/plan.json', 'utf8'))).checks;
const ids = (checks: readonly { readonly id: string }[]): readonly string[] => checks.map(({ id }) => id);

describe('absenceOf', () => {
  test('skips what needs the capability, and what stands on that, but no blocker', () => {
    const checks = [
      samplePlannedCheck({ id: 'A-01', severity: 'minor', needs: ['A-02'] }),
      samplePlannedCheck({ id: 'A-02', severity: 'critical', needs: ['A-03'] }),
      samplePlannedCheck({ id: 'A-03', severity: 'major', capabilities: ['tool-calls'], needs: [] }),
      samplePlannedCheck({ id: 'A-04', severity: 'blocker', needs: ['A-02'] }),
      samplePlannedCheck({ id: 'A-05', severity: 'critical', needs: [] }),
    ];
    const absence = absenceOf(['tool-calls'], checks);

    expect(ids(absence.skipped)).toEqual(['A-01', 'A-02', 'A-03']);
    expect(ids(absence.critical)).toEqual(['A-02']);
    expect(ids(absence.blocked)).toEqual(['A-04']);
    expect(ids(absenceOf([], checks).skipped)).toEqual([]);
  });

  test('says of the plan what the page says: AUTH-20 and ISO-03 go with a transport and with tools', () => {
    expect(ids(absenceOf(['subprotocol-auth'], plan).critical)).toContain('AUTH-20');
    expect(ids(absenceOf(['tool-calls'], plan).critical)).toContain('ISO-03');
  });
});
