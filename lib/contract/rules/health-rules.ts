import type { RuleFamily } from './rule-text.ts';

/** Reachability, health, readiness, environment marker and revision (wire-contract.md §1.3, §1.4, §1.9, §1.10). */
export const HEALTH_RULES = {
  'HLT-DNS': {
    title: 'host name does not resolve',
    meaning: 'The configured host resolves.',
    usualCause: 'A wrong host in the settings, or a missing record.',
    nextStep: 'Compare the host with the settings of the environment.',
  },
  'HLT-TCP': {
    title: 'port is closed',
    meaning: 'The configured port accepts connections.',
    usualCause: 'The service is down, or the port is wrong.',
    nextStep: 'Compare host and port with the settings of the environment.',
  },
  'HLT-TLS': {
    title: 'certificate is not valid',
    meaning: 'The certificate is trusted, names the host and has not expired; less than 14 days left warns.',
    usualCause: 'It expired, covers another name, or is self-signed.',
    nextStep: 'Renew the certificate; the violation names the defect.',
  },
  'HLT-CLOCK-SKEW': {
    title: 'clocks disagree',
    meaning: 'The `Date` header is close to our clock.',
    usualCause: 'A wrong clock here or there, or a cached answer.',
    nextStep: 'Check both clocks before any result about tokens is believed.',
  },
  'HLT-DOWN': {
    title: 'service does not answer with success',
    meaning: 'The health endpoint answers 200.',
    usualCause: 'The service is down, starting or draining.',
    nextStep: 'Look at the status and body in the ledger; compare with other hosts.',
  },
  'HLT-BODY': {
    title: 'health body has another shape',
    meaning: 'Health bodies are JSON objects of a known generation.',
    usualCause: 'A proxy page, or another revision.',
    nextStep: 'Read the body sample in the ledger.',
  },
  'HLT-STATUS': {
    title: 'service says it is not healthy',
    meaning: 'The `status` of a health body is one of `healthy`, `ok`, `ready`; `degraded` warns.',
    usualCause: 'A dependency is down; the body names it.',
    nextStep: 'Read the details of the body.',
  },
  'HLT-NOT-READY': {
    title: 'target says it is not ready',
    meaning: '`/health/ready` says ready, and `websocket_readiness.websocket_ready` is true where it exists.',
    usualCause: 'A dependency fails; `failed_services` names it.',
    nextStep: 'Ask the owner of the failed services.',
  },
  'HLT-READINESS-ABSENT': {
    title: 'no websocket_readiness',
    meaning: 'A target that declares the capability reports `websocket_readiness`.',
    usualCause: 'A newer generation with a constant readiness body.',
    nextStep: 'Declare the capability as missing in the policy, or deploy the endpoint.',
  },
  'HLT-READINESS-CONTRADICTED': {
    title: 'readiness contradicts the sockets',
    meaning: 'A target that says ready serves connections; one that says not ready does not.',
    usualCause: 'Readiness checks something else than what a connection needs, or is a constant.',
    nextStep: 'Compare the readiness body with the connection attempts of the same seconds.',
  },
  'HLT-READINESS-FLAPS': {
    title: 'readiness changes back and forth',
    meaning: 'Readiness is stable during a run.',
    usualCause: 'A dependency at its limit, or instances that disagree.',
    nextStep: 'Look at the readiness samples on the timeline.',
  },
  'HLT-ENVIRONMENT': {
    title: 'wrong environment marker',
    meaning: 'The environment the target names is the configured one.',
    usualCause: 'A wrong host, or wrong settings of the deployment.',
    nextStep: 'Stop: the wrong deployment may be under test.',
  },
  'HLT-REVISION-ABSENT': {
    title: 'no revision exposed',
    meaning: 'A target that declares the capability exposes its revision.',
    usualCause: 'The build does not set it.',
    nextStep: 'Declare the capability as missing in the policy, or set it in the build.',
  },
  'HLT-REVISION-STALE': {
    title: 'another revision is deployed',
    meaning: 'The deployed revision is the expected one.',
    usualCause: 'The deployment failed or kept its traffic on the old revision.',
    nextStep: 'Deploy, move the traffic, and run again before any fix is judged.',
  },
  'HLT-REVISION-MIXED': {
    title: 'several revisions at once',
    meaning: 'One run meets one revision.',
    usualCause: 'A rollout in progress, or instances that were not replaced.',
    nextStep: 'Wait for the rollout; the run is void.',
  },
  'HLT-REVISION-CHANGED': {
    title: 'revision changed during the run',
    meaning: 'The revision at the end of a run is that of its start.',
    usualCause: 'A deployment during the run.',
    nextStep: 'Run again; the run is void.',
  },
  'HLT-WS-HEALTH': {
    title: '/ws/health is not healthy',
    meaning: '`/ws/health` answers 200 with a healthy status and allows connections.',
    usualCause: 'A component of the WebSocket layer is down; the body names it.',
    nextStep: 'Read `components` and `service_availability`.',
  },
  'HLT-E2E-TESTING': {
    title: 'test mode is not what is declared',
    meaning: '`/ws/health.e2e_testing` agrees with the environment and with what connections show.',
    usualCause: 'Missing variables in the deployment.',
    nextStep: 'Compare the variables with the deployment settings.',
  },
  'HLT-PREAUTH-CONTRADICTED': {
    title: 'pre_connection_auth_required contradicts behaviour',
    meaning: '`config.pre_connection_auth_required` agrees with how a connection without a token ends.',
    usualCause: 'The setting is read elsewhere than it is enforced.',
    nextStep: 'Compare the health body with the refusal that was observed.',
  },
  'HLT-MEMORY-GROWTH': {
    title: 'memory of the service grows',
    meaning: 'The memory the service reports stays within the limit (100 MB, 50 MB after recovery).',
    usualCause: 'A leak per connection or per message.',
    nextStep: 'Repeat with more connections; compare the slope.',
  },
  'HLT-TIMEOUTS-UNSET': {
    title: 'timeouts of connections not configured',
    meaning: 'Heartbeat interval and connection timeout are set, the first below the second.',
    usualCause: 'A missing setting, or seconds mixed up with milliseconds.',
    nextStep: 'Read `/ws/config` and compare with the settings of the deployment.',
  },
  'HLT-COLD-START': {
    title: 'first request fails, later ones do not',
    meaning: 'The first request after a quiet time is served.',
    usualCause: 'An instance starts on demand.',
    nextStep: 'Raise the minimum of instances, or warm up before release checks.',
  },
} as const satisfies RuleFamily<'HLT'>;
