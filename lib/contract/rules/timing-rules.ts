import type { RuleFamily } from './rule-text.ts';

/** Time budgets (requirements.md Part C, design.md §13.9). */
export const TIMING_RULES = {
  'TIM-HEALTH': {
    title: 'health answers too late',
    meaning: 'A health endpoint answers within its budget.',
    usualCause: 'A cold start, an exhausted pool, or checks of dependencies in the request path.',
    nextStep: 'Compare cold and warm answers; look at the reported elapsed time.',
  },
  'TIM-READINESS': {
    title: 'readiness takes too long',
    meaning: 'Readiness is decided within its budget.',
    usualCause: 'A dependency times out; `failed_services` names it.',
    nextStep: 'Look at `websocket_readiness.details` and ask the owner of the failed services.',
  },
  'TIM-CONNECT': {
    title: 'opening handshake takes too long',
    meaning: 'The opening handshake ends within its budget.',
    usualCause: 'Readiness or authentication blocks the accept.',
    nextStep: 'Look at the phases: dns, tcp, tls, waiting for the answer.',
  },
  'TIM-WELCOME': {
    title: 'welcome comes too late',
    meaning: 'The welcome follows the opening handshake within its budget.',
    usualCause: 'Authentication or the creation of the session is slow.',
    nextStep: 'Compare with the readiness of the target at that moment.',
  },
  'TIM-HANDSHAKE': {
    title: 'session handshake comes too late',
    meaning: '`handshake_response` comes unprompted within 2 s of the welcome (wire-contract.md §12).',
    usualCause: 'Another generation of the backend, or a slow thread store.',
    nextStep: 'Compare with the generation of the target.',
  },
  'TIM-FIRST-EVENT': {
    title: 'first event comes too late',
    meaning: 'The first event follows the start message within its budget.',
    usualCause: 'The agent pipeline is busy, cold or stalled.',
    nextStep: 'Compare with the health of the agent services; repeat once warm.',
  },
  'TIM-GAP': {
    title: 'silence inside a run',
    meaning: 'The gap between two events of a run stays within its budget; heartbeats are not events.',
    usualCause: 'A slow tool or model, or events that are lost.',
    nextStep: 'Look at the two events around the gap on the timeline.',
  },
  'TIM-TURN': {
    title: 'turn takes too long',
    meaning: 'A turn ends within its budget.',
    usualCause: 'A slow tool or model.',
    nextStep: 'Look at the largest gaps of the turn.',
  },
  'TIM-RECONNECT': {
    title: 'reconnect takes too long',
    meaning: 'A client that reconnects is served again within its budget.',
    usualCause: 'The old session blocks the new one, or an instance is cold.',
    nextStep: 'Compare with the first connect of the run.',
  },
  'TIM-SECOND-CONNECT': {
    title: 'second connect is slower than the first',
    meaning: 'Connecting again with the same token is not slower than the first time.',
    usualCause: 'The old session blocks the new one, or the token cache is bypassed.',
    nextStep: 'Compare the phases of the first and the second opening.',
  },
  'TIM-API': {
    title: 'API answers too late',
    meaning: 'The percentiles of API latency stay within their budgets.',
    usualCause: 'A slow database or a cold instance.',
    nextStep: 'Look at the slowest exchanges in the ledger.',
  },
  'TIM-GROWTH': {
    title: 'latency grows with every turn',
    meaning: 'Latency does not depend on the number of turns before.',
    usualCause: 'State that grows per connection, such as an unbounded history.',
    nextStep: 'Compare a fresh connection with a used one.',
  },
  'TIM-THROUGHPUT': {
    title: 'throughput collapses under load',
    meaning: 'The rate of completed turns holds up to the stated number of users.',
    usualCause: 'A lock or a pool that serializes the turns.',
    nextStep: 'Find the number of users at which the rate drops.',
  },
} as const satisfies RuleFamily<'TIM'>;
