import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TemporaryFolder } from '../../foundation/testing/temporary-folder.ts';
import { type ProgramResult, runStagegate } from '../testing/project-copy.ts';

/** Runs `doctor` on the embedded backend under a policy of its own. */
async function doctorUnder(policy: object): Promise<ProgramResult> {
  using folder = new TemporaryFolder();
  const base = { schema: 1, name: 'own', checks: 'all', revision: 'required', missingCapabilities: [] };
  writeFileSync(
    folder.file('policy.json'),
    JSON.stringify({ ...base, observer: { maxEventLoopLagP99Ms: 250 }, ...policy }),
  );
  return await runStagegate(undefined, ['doctor', '--policy', folder.file('policy.json')]);
}

describe('doctor', { timeout: 60_000 }, () => {
  test('looks at the behaviours of a target where the policy knows its revision by them', async () => {
    const { code, output } = await doctorUnder({
      revision: 'fingerprint',
      fingerprint: { generation: 'reference' },
    });

    expect(output).toMatch(
      /^holds +revision +[0-9a-f]{40} in 3 readings; by fingerprint: generation reference, /m,
    );
    expect(output).toContain('every rung holds: a user can chat');
    expect(code).toBe(0);
  });

  test('names the revision rung where they are those of another generation', async () => {
    const { code, output } = await doctorUnder({
      revision: 'fingerprint',
      fingerprint: { generation: 'G1' },
    });

    expect(output).toMatch(/^first broken rung: revision .*\[HLT-REVISION-STALE\]$/m);
    expect(code).toBe(1);
  });

  test('does not ask for what the policy declares missing', async () => {
    const expires = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const missing = { capability: 'environment-marker', owner: 'backend', reason: 'there is none', expires };
    const { code, output } = await doctorUnder({ missingCapabilities: [missing] });

    expect(output).toMatch(/^not due +environment +the policy declares environment-marker missing$/m);
    expect(output).toContain('every rung holds: a user can chat');
    expect(code).toBe(0);
  });
});
