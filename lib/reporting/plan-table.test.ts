import { describe, expect, test } from 'vitest';
import { samplePlannedCheck } from '../evidence/testing/sample-record.ts';
import { planTable } from './plan-table.ts';

describe('plan table', () => {
  test('shows what is selected and how much of the plan that is', () => {
    const checks = [
      samplePlannedCheck({ id: 'API-01', requires: [{ observation: 'ws.open', floor: 5 }] }),
      samplePlannedCheck({ id: 'API-02' }),
    ];
    const text = planTable({ schema: 1, checks }, ['API-01']);

    expect(text).toMatch(/API-01 +critical +agents +60 s +5 x ws\.open +a chat turn/);
    expect(text).not.toContain('API-02');
    expect(text).toMatch(/\n1 of 2 checks\n$/);
  });
});
