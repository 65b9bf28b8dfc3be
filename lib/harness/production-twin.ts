import type { Token } from '../auth/token.ts';
import type { RuleId } from '../contract/rule.ts';
import { isProductionName } from '../config/host.ts';
import { parseHealth } from '../contract/health.ts';
import type { CheckContext } from './check-context.ts';
import { acceptedControl, expectDeclaredForm } from './refusal.ts';
import { attemptConnection } from './refusal-attempt.ts';

/**
 * Requires that the production-like target refuses a credential as the target declares, and that it is one: it answers,
 * and does not call itself by the environment of the target. The control is made at the target.
 */
export async function expectRefusedByTwin(
  t: CheckContext,
  token: Token | null,
  acceptedRule: RuleId,
): Promise<void> {
  const url = t.productionTwin.websocketUrl;
  const result = await t.answered('GET', '/health', { target: 'twin-backend' });
  const health = parseHealth(result.json);
  const environment = health.ok ? health.value.environment : null;
  t.expectThat(environment === null || isProductionName(environment), 'HLT-ENVIRONMENT', {
    where: '/health of the production-like target',
    expected: 'a production marker',
    actual: environment ?? '-',
    evidence: [result.evidence],
  });
  const control = token ?? (await t.token(t.user('control')));
  await acceptedControl(t, control, 'connection to the production-like target');
  const attempt = await attemptConnection(t, token, { expects: 'refusal', url });
  expectDeclaredForm(t, attempt, 'connection to the production-like target', acceptedRule);
}

/** Requires that the bypass key opens nothing at the production-like target (requirements.md S0-15). */
export async function expectNoExchangeInProduction(t: CheckContext): Promise<void> {
  const user = t.user();
  const staging = await t.exchange(user, 'right');
  const accepted = staging.kind === 'issued';
  t.record({
    kind: 'control',
    of: 'exchange at the production-like target',
    accepted,
    text: accepted ? 'a token' : `HTTP ${staging.status}`,
  });
  const production = await t.exchange(user, 'right', 'production-twin');
  t.expectThat(production.kind === 'refused' && production.status === 403, 'AUTH-BYPASS-IN-PRODUCTION', {
    where: 'POST /auth/e2e/test-auth at the production-like target',
    expected: 'HTTP 403',
    actual: production.kind === 'issued' ? 'a token' : `HTTP ${production.status}`,
  });
}
