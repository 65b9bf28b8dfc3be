import type { Hypothesis } from './hypothesis.ts';
import { AGENT_PIPELINE_STALLED } from './rules/agent-pipeline-stalled.ts';
import { ANSWER_CUT_OFF } from './rules/answer-cut-off.ts';
import { ANSWER_WRONG } from './rules/answer-wrong.ts';
import { API_CONTRACT_BROKEN } from './rules/api-contract-broken.ts';
import { AUTH_CONFIG_MISSING } from './rules/auth-config-missing.ts';
import { AUTH_NOT_ENFORCED } from './rules/auth-not-enforced.ts';
import { AUTH_REJECTED } from './rules/auth-rejected.ts';
import { BREAKER_OPEN } from './rules/breaker-open.ts';
import { BYPASS_NOT_CONFIGURED } from './rules/bypass-not-configured.ts';
import { CLOCK_SKEW } from './rules/clock-skew.ts';
import { COLD_START } from './rules/cold-start.ts';
import { CROSS_USER_LEAK } from './rules/cross-user-leak.ts';
import { EVENT_CONTRACT_BROKEN } from './rules/event-contract-broken.ts';
import { HANDLER_CRASH } from './rules/handler-crash.ts';
import { HARNESS_FAULT } from './rules/harness-fault.ts';
import { MIXED_ROLLOUT } from './rules/mixed-rollout.ts';
import { NETWORK_TLS_DNS } from './rules/network-tls-dns.ts';
import { PROXY_IDLE_TIMEOUT } from './rules/proxy-idle-timeout.ts';
import { PROXY_STRIPS_AUTHORIZATION } from './rules/proxy-strips-authorization.ts';
import { RACE_ON_CONNECT } from './rules/race-on-connect.ts';
import { RATE_LIMITED } from './rules/rate-limited.ts';
import { READINESS_DEGRADED } from './rules/readiness-degraded.ts';
import { SERVICE_DOWN } from './rules/service-down.ts';
import { SLOW_RESPONSES } from './rules/slow-responses.ts';
import { SOCKET_CONTRACT_BROKEN } from './rules/socket-contract-broken.ts';
import { STALE_DEPLOYMENT } from './rules/stale-deployment.ts';
import { SUBPROTOCOL_MISMATCH } from './rules/subprotocol-mismatch.ts';
import { TOKEN_ECHOED } from './rules/token-echoed.ts';
import { UPGRADE_NOT_FORWARDED } from './rules/upgrade-not-forwarded.ts';
import { WRONG_TARGET } from './rules/wrong-target.ts';

/** Every hypothesis but `UNKNOWN`, in the order in which equals are told. */
export const RULE_BOOK: readonly Hypothesis[] = [
  HARNESS_FAULT,
  STALE_DEPLOYMENT,
  MIXED_ROLLOUT,
  WRONG_TARGET,
  NETWORK_TLS_DNS,
  COLD_START,
  SERVICE_DOWN,
  ANSWER_CUT_OFF,
  CLOCK_SKEW,
  READINESS_DEGRADED,
  BYPASS_NOT_CONFIGURED,
  AUTH_CONFIG_MISSING,
  AUTH_REJECTED,
  AUTH_NOT_ENFORCED,
  PROXY_STRIPS_AUTHORIZATION,
  UPGRADE_NOT_FORWARDED,
  SUBPROTOCOL_MISMATCH,
  PROXY_IDLE_TIMEOUT,
  BREAKER_OPEN,
  RATE_LIMITED,
  RACE_ON_CONNECT,
  HANDLER_CRASH,
  AGENT_PIPELINE_STALLED,
  EVENT_CONTRACT_BROKEN,
  ANSWER_WRONG,
  CROSS_USER_LEAK,
  TOKEN_ECHOED,
  API_CONTRACT_BROKEN,
  SOCKET_CONTRACT_BROKEN,
  SLOW_RESPONSES,
];
