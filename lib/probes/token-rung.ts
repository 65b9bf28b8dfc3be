import type { RuleId } from '../contract/rule.ts';
import { describeError, HarnessError } from '../foundation/errors.ts';
import type { Climb, RungOutcome } from './climb.ts';

/** A token comes from the configured source, never silently from another one. */
export async function tokenRung(climb: Climb): Promise<RungOutcome> {
  try {
    climb.token = await climb.tokens.tokenFor(climb.user, { signal: climb.signal, recorder: climb.recorder });
  } catch (error) {
    if (climb.signal.aborted || !(error instanceof HarnessError)) throw error;
    if (error.code !== 'TOKEN_REFUSED') {
      return {
        state: 'undecided',
        expected: `a token (source: ${climb.tokens.kind})`,
        actual: describeError(error),
        next: error.next ?? 'Check the auth service and its settings.',
      };
    }
    return {
      state: 'broken',
      rule: exchangeRule(error.details['status']),
      expected: `a token (source: ${climb.tokens.kind})`,
      actual: error.message,
    };
  }
  return { state: 'held', actual: `${climb.tokens.kind}, subject ${climb.token.subject ?? '-'}` };
}

function exchangeRule(status: unknown): RuleId {
  if (status === 503) return 'AUTH-BYPASS-NOT-CONFIGURED';
  if (status === 401 || status === 403) return 'AUTH-BYPASS-REFUSED';
  return 'AUTH-EXCHANGE';
}
