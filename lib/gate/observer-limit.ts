import type { RunRecord } from '../evidence/run-record.ts';
import { policySchema } from './policy.ts';

/**
 * What is to be said of a run whose own event loop was later than its policy allows, in milliseconds at the 99th
 * percentile: a slow observer must not be reported as a slow target (design.md §2, law 9). Null within the limit, and
 * for a policy that cannot be read, which the decision names itself.
 */
export function observerTooSlow(record: RunRecord): string | null {
  const policy = policySchema.safeParse(record.policy.resolved);
  if (!policy.success) return null;
  const limitMs = policy.data.observer.maxEventLoopLagP99Ms;
  const { eventLoopLagP99Ms: lagMs } = record.observer;
  return lagMs > limitMs
    ? `the harness itself was too slow to judge: event-loop lag p99 ${lagMs.toFixed(0)} ms, limit ${limitMs} ms`
    : null;
}
