import type { FaultExpectation } from '../expectation.ts';

/** An entry that expects nothing to change unless `fields` say more. For unit tests. */
export function sampleEntry(fields: Partial<FaultExpectation> = {}): FaultExpectation {
  return {
    fault: 'drop-agent-completed',
    settings: null,
    expect: 'red',
    exitCode: 1,
    failed: [],
    inconclusive: [],
    warning: null,
    reason: null,
    because: null,
    ...fields,
  };
}
