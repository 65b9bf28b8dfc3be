import type { Policy } from '../../gate/policy.ts';
import { describeError } from '../../foundation/errors.ts';
import { SecretIndex } from '../../foundation/redaction.ts';
import { systemClock } from '../../foundation/clock.ts';
import { preflight } from './preflight.ts';
import { prepareTarget } from './target.ts';

/**
 * Climbs the ladder against a fresh embedded backend without any fault: the positive control of our own client. Red there,
 * the reds of the target say nothing about it.
 */
export async function ownClientControl(
  options: { readonly root: string; readonly seed: number; readonly policy: Policy },
  signal: AbortSignal,
): Promise<{ readonly answer: boolean; readonly text: string }> {
  // Our own backend tells its revision, and has its own generation: what is expected of the target's says nothing about it.
  const { fingerprint: _f, ...policy } = options.policy;
  try {
    await using target = await prepareTarget({
      root: options.root,
      seed: options.seed,
      environment: 'local',
      faults: [],
      timeScale: 0.1,
      expectRevision: null,
    });
    const startedAt = systemClock.wallTime();
    await using climbed = await preflight({
      runId: `own-client-${options.seed}`,
      startedAt,
      settings: target.settings,
      policy: { ...policy, revision: 'required' },
      caPem: target.caPem,
      secrets: new SecretIndex(),
      workFolder: null,
      signal,
    });
    const broken = climbed.findings.rungs.find(({ state }) => state !== 'held' && state !== 'not-applicable');
    return broken === undefined
      ? { answer: true, text: 'our client holds every rung against our own backend' }
      : { answer: false, text: `our client breaks ${broken.rung} against our own backend: ${broken.actual}` };
  } catch (error) {
    if (signal.aborted) throw error;
    return { answer: false, text: `our own backend could not be used: ${describeError(error)}` };
  }
}
