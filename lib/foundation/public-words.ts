/** Names of the trade that may stand in a secret by accident and in every artifact by right. */
const TRADE =
  'authorization bearer environment localhost netra-auth-service netra-platform netrasystems oauth-simulation production ' +
  'reference-backend stagegate staging-e2e-user websocket x-e2e-bypass-key e2e_oauth_simulation_key jwt_secret_key';

/**
 * What records are made of: names of fields, verdicts, codes, event types, metrics, in lower case. Were one of them taken for a
 * part of a secret, the record would be redacted into something that nobody can read. A test in lib/evidence holds the list
 * against the schemas; a word that stands inside another one is left out.
 */
const STRUCTURE = `
acceptconditional afterfirstclientmessage agent_death agent_error agent_failed agent_pipeline_stalled agent_stopped
agent_thinking answer_cut_off answer_wrong api_contract_broken application-ping artifactscan attempts attribute-error auth-breaker auth-failure
auth_config_missing auth_not_enforced auth_rejected authorization-header authserviceurl backend_died
backend_start_failed backendurl bad-token baseline behaviours blockedby bodybytes bodysample breaker-report
breaker_open budgetms bypass-exchange bypass_not_configured bytesout candidate canonical capability_missing
chat.turn.terminal clock_skew cold_start compared concurrency conditions config_invalid connection-count
connection_closed connection_established contract.snapshot contradicts control.accepted control_missing cool-down
credited critical cross_user_leak deadline_exceeded decidedat decision declared differences direction discovery-api
disk_write_failed dose.try durationms elapsedms embedded environment-marker error_message event_contract_broken
eventindex eventlooplagmaxms eventtypes evidence_missing evidencehash evidenceroot exact-expiry excluded exitcode
expiresatsec failures findings first-message firstatms firsteventms flakebudget generation generation-proven
generation-undecided handler_crash handshake_acknowledged handshake_complete handshake_failed handshake_refused
handshake_response harness_fault harnessfaults headline health-body heartbeat_ack hook_failed http.answered
http.censored http.exchange http.failed http_failed hypotheses hypothesis inconclusive infrastructure initiator
interrupted isolation.matrix isolation.overlap issuedatsec lastatms leak.matrix ledger_unreadable limit_exceeded
liveness logquery main-cleanup manifesthash maxeventlooplagp99ms maxgapms maxinhistory maxinrun maxunknowns
measure.sample memory-metric messagesin messagesout metric_stuck minsamples missingcapabilities mixed_rollout
mssincefirstclientmessage mssinceopen network_tls_dns new-fail not-applicable observation observed observer_slow
occurred open-connections operations operator origin_unknown other-path overlapms own-client plan_drift platform
preflight.rung problems production-twin production_guard proxy_idle_timeout proxy_strips_authorization quantity
race_on_connect rate_limited readiness-endpoint readiness_degraded readings reconnect recordhash recovery refusalform
reporter_failed reproduction requestbytes requestheaders requests required requirement requires resolved
revision-endpoint revision-on-opening revision_untold roothash roundtripms rung_undecided runner_failed secondary selected selection send-delay-ms
service_down services session-handshake session-outlives-token settings severity signing-key slow_responses smallest
socket-health-endpoint socket-limits socket_contract_broken stale_deployment standing start_agent startedatms
statistic still-fail subagent_completed subagent_started subjects subprotocol-auth subprotocol-bearer subprotocol-echo
subprotocol-jwt-auth subprotocol-public-client subprotocol_mismatch symptoms test-mode-report thread-api threadid
thresholds ticket-path timescale token-check token-validation token.accepted-source token_echoed token_refused
tokenfingerprint tokensource tool-calls tool_completed tool_executing trace-ids transports unattributed
unexpected_error unhandled_error unknown-path unproven-accepted upgrade_not_forwarded user_message variable variants violations
walltime warnings websocket-path websocketurl worker_died wrong_target ws-test-path ws.close ws.digest ws.failed
ws.handshake ws.message.in ws.message.out ws.refused
`;

/** Words of at least 8 characters; a window of a secret that lies wholly inside one of them is not a leak (design.md §13.12). */
export const PUBLIC_WORDS: readonly string[] = `${TRADE} ${STRUCTURE}`.trim().split(/\s+/);
