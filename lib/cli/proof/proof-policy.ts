import { join } from 'node:path';
import { writeFileAtomic } from '../../foundation/atomic-file.ts';
import { readableJson } from '../../foundation/canonical-json.ts';
import { makeFolder } from '../../foundation/folder.mjs';
import type { PlannedCheck } from '../../evidence/plan.ts';
import { readPolicy } from '../policy/policy-file.ts';

const DEFAULT_POLICY = 'fixtures/policies/default.json';

/** A narrow run: where its project is, what is planned there, and which of that it makes. */
export interface NarrowRun {
  readonly root: string;
  readonly plan: readonly PlannedCheck[];
  readonly name: string;
  readonly checks: readonly string[];
}

/**
 * Writes a policy into `out` whose plan is these checks: the decision is then about them, and no filter is involved. Returns its
 * path. @throws {HarnessError} `CONFIG_INVALID` when the default policy is broken.
 */
export function writeProofPolicy({ root, plan, name, checks }: NarrowRun, out: string): string {
  const general = readPolicy(join(root, DEFAULT_POLICY), {
    root,
    plan: { schema: 1, checks: [...plan] },
    environment: 'local',
  });
  // Limits on what other checks measure would say nothing about this run.
  const { $schema: _s, thresholds: _t, ...policy } = general;
  const file = join(out, 'policy.json');
  makeFolder(out);
  writeFileAtomic(file, readableJson({ ...policy, name, checks }));
  return file;
}
