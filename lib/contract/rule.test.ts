import { describe, expect, test } from 'vitest';
import { isRuleId, RULES, type RuleId } from './rule.ts';
import { violation } from './violation.ts';

/** Every fault of faults.md §1 that a client can see as a broken promise, with one rule that it breaks. */
const RULE_BY_FAULT: Readonly<Record<string, RuleId>> = {
  down: 'HLT-DOWN',
  'http-502-html': 'API-NOT-JSON',
  'http-503-draining': 'HLT-DOWN',
  'startup-failed': 'HLT-DOWN',
  'cold-start': 'HLT-COLD-START',
  'health-says-unhealthy': 'HLT-STATUS',
  'health-slow': 'TIM-HEALTH',
  'wrong-environment-marker': 'HLT-ENVIRONMENT',
  'readiness-degraded': 'HLT-NOT-READY',
  'readiness-lies': 'HLT-READINESS-CONTRADICTED',
  'readiness-pessimist': 'HLT-READINESS-CONTRADICTED',
  'readiness-flaps': 'HLT-READINESS-FLAPS',
  'readiness-missing': 'HLT-READINESS-ABSENT',
  'stale-revision': 'HLT-REVISION-STALE',
  'mixed-revisions': 'HLT-REVISION-MIXED',
  'revision-flips-mid-run': 'HLT-REVISION-CHANGED',
  'revision-hidden': 'HLT-REVISION-ABSENT',
  rollover: 'WS-CLOSED-BY-TARGET',
  'handshake-401': 'WS-HANDSHAKE-REFUSED',
  'handshake-403': 'WS-HANDSHAKE-REFUSED',
  'handshake-404': 'WS-HANDSHAKE-REFUSED',
  'handshake-426': 'WS-HANDSHAKE-REFUSED',
  'handshake-429': 'WS-RATE-LIMITED',
  'handshake-500': 'WS-HANDSHAKE-REFUSED',
  'handshake-502': 'WS-HANDSHAKE-REFUSED',
  'handshake-503': 'WS-HANDSHAKE-REFUSED',
  'handshake-hangs': 'TIM-CONNECT',
  'handshake-slow': 'TIM-CONNECT',
  'proxy-strips-authorization': 'WS-TRANSPORT-NOT-SERVED',
  'proxy-strips-upgrade': 'WS-HANDSHAKE-REFUSED',
  'proxy-strips-subprotocol': 'WS-TRANSPORT-NOT-SERVED',
  'subprotocol-not-echoed': 'WS-SUBPROTOCOL-NOT-ECHOED',
  'subprotocol-echo-unknown': 'WS-SUBPROTOCOL-NOT-OFFERED',
  'accept-then-reset': 'WS-CLOSE-ABNORMAL',
  'wrong-path-only': 'WS-HANDSHAKE-REFUSED',
  'reject-all-tokens': 'AUTH-TOKEN-REFUSED',
  'auth-not-enforced': 'AUTH-NOT-ENFORCED',
  'demo-identity': 'AUTH-IDENTITY-WRONG',
  'accept-expired': 'AUTH-EXPIRED-ACCEPTED',
  'accept-bad-signature': 'AUTH-SIGNATURE-ACCEPTED',
  'accept-alg-none': 'AUTH-ALG-NONE-ACCEPTED',
  'accept-wrong-audience': 'AUTH-AUDIENCE-ACCEPTED',
  'accept-wrong-issuer': 'AUTH-ISSUER-ACCEPTED',
  'accept-not-yet-valid': 'AUTH-NOT-YET-VALID-ACCEPTED',
  'bypass-not-configured': 'AUTH-BYPASS-NOT-CONFIGURED',
  'bypass-key-rejected': 'AUTH-BYPASS-REFUSED',
  'bypass-open': 'AUTH-BYPASS-OPEN',
  'bypass-in-production': 'AUTH-BYPASS-IN-PRODUCTION',
  'negative-cache': 'AUTH-NEGATIVE-CACHE',
  'clock-skew': 'HLT-CLOCK-SKEW',
  'auth-service-slow': 'TIM-HEALTH',
  'auth-service-down': 'AUTH-SERVICE-DOWN',
  'echoes-token': 'SEC-TOKEN-ECHO',
  'close-1011-on-connect': 'WS-CLOSE-INTERNAL-ERROR',
  'close-1011-on-first-message': 'WS-CLOSE-INTERNAL-ERROR',
  'close-1008-after-welcome': 'WS-CLOSED-BY-TARGET',
  'close-1000-after-first-message': 'WS-CLOSED-BY-TARGET',
  'close-1013': 'WS-CLOSED-BY-TARGET',
  'tcp-reset-mid-turn': 'WS-CLOSE-ABNORMAL',
  'close-without-frame': 'WS-CLOSE-ABNORMAL',
  'close-reason-empty': 'WS-CLOSE-REASON-EMPTY',
  'close-reason-too-long': 'WS-CLOSE-ABNORMAL',
  'close-code-invalid': 'WS-CLOSE-CODE-INVALID',
  'never-answers-close': 'WS-CLOSE-UNANSWERED',
  'half-open': 'WS-HALF-OPEN',
  'idle-cut': 'WS-IDLE-CUT',
  'race-on-early-send': 'WS-EARLY-SEND-CLOSED',
  'drops-message-before-welcome': 'WS-MESSAGE-LOST',
  'no-welcome': 'WS-WELCOME-MISSING',
  'welcome-late': 'TIM-WELCOME',
  'drop-agent-started': 'ORD-STARTED-NOT-FIRST',
  'drop-agent-thinking': 'ORD-REQUIRED-MISSING',
  'drop-tool-executing': 'ORD-TOOL-ORPHAN',
  'drop-tool-completed': 'ORD-TOOL-UNPAIRED',
  'drop-agent-completed': 'ORD-TERMINAL-MISSING',
  'swap-events': 'ORD-TOOL-SWAPPED',
  'duplicate-terminal': 'ORD-TERMINAL-DUPLICATE',
  'duplicate-started': 'ORD-STARTED-DUPLICATE',
  'event-after-terminal': 'ORD-EVENT-AFTER-TERMINAL',
  'orphan-tool-completed': 'ORD-TOOL-ORPHAN',
  'unpaired-tool-executing': 'ORD-TOOL-UNPAIRED',
  'renames-thinking': 'EVT-RENAMED',
  'missing-field': 'EVT-FIELD-MISSING',
  'wrong-type': 'EVT-FIELD-TYPE',
  'wrong-thread-id': 'ORD-WRONG-THREAD',
  'wrong-run-id': 'ORD-WRONG-RUN',
  'timestamps-go-back': 'ORD-TIMESTAMP-BACK',
  'stalls-after-started': 'ORD-TERMINAL-MISSING',
  'silence-gap': 'TIM-GAP',
  'slow-first-event': 'TIM-FIRST-EVENT',
  'agent-error': 'EVT-AGENT-FAILED',
  'truncates-run': 'ORD-TERMINAL-MISSING',
  'canned-agent': 'EVT-CANNED',
  'replay-trace': 'TIM-GAP',
  'malformed-json': 'EVT-MALFORMED-JSON',
  'unknown-event-type': 'EVT-TYPE-UNKNOWN',
  'double-wrapped': 'EVT-DOUBLE-WRAPPED',
  'binary-frame': 'EVT-BINARY',
  'leak-events': 'ISO-FOREIGN-EVENT',
  'leak-events-encoded': 'ISO-CANARY-LEAK',
  'broadcast-to-all': 'ISO-FOREIGN-EVENT',
  'leak-on-reconnect': 'ISO-RECONNECT-LEAK',
  'thread-readable-by-others': 'ISO-THREAD-READABLE',
  'shared-identity': 'ISO-SHARED-IDENTITY',
  'identity-sticks-to-socket': 'ISO-IDENTITY-STICKS',
  'breaker-cascade': 'AUTH-BREAKER-CASCADE',
  'breaker-never-closes': 'AUTH-BREAKER-STAYS-OPEN',
  'breaker-never-opens': 'AUTH-BREAKER-STAYS-CLOSED',
  'reconnect-refused': 'WS-RECONNECT-REFUSED',
  'loses-message-on-reconnect': 'WS-RESUME-LOST',
  'connection-limit': 'WS-CONCURRENCY',
  'rate-limit': 'WS-RATE-LIMITED',
  'fails-every-nth': 'WS-CONNECT-RATE',
  'fails-under-concurrency': 'WS-CONCURRENCY',
  'mcp-missing': 'API-MCP-MISSING',
  'discovery-static-fallback': 'API-DISCOVERY-FALLBACK',
  'threads-500': 'API-STATUS',
  'threads-not-persisted': 'API-THREAD-NOT-PERSISTED',
  'messages-wrong-order': 'API-MESSAGE-ORDER',
  'slow-database': 'TIM-API',
  'remaps-errors': 'API-STATUS-REMAPPED',
  latency: 'TIM-API',
  'latency-grows': 'TIM-GROWTH',
  'memory-grows': 'HLT-MEMORY-GROWTH',
  'throughput-collapse': 'TIM-THROUGHPUT',
  'giant-message': 'WS-MESSAGE-TOO-BIG',
  'endless-events': 'EVT-TOO-MANY',
  'deep-json': 'EVT-TOO-DEEP',
  'invalid-utf8': 'WS-INVALID-UTF8',
  'ping-flood': 'WS-PING-FLOOD',
  'never-pongs': 'WS-PONG-MISSING',
  'header-bomb': 'API-HEADERS',
  'slow-loris-body': 'API-UNFINISHED',
  'tls-expired': 'HLT-TLS',
  'tls-wrong-host': 'HLT-TLS',
  'tls-self-signed': 'HLT-TLS',
  'dns-missing': 'HLT-DNS',
  'port-closed': 'HLT-TCP',
};

describe('rules', () => {
  test.for(Object.entries(RULES))('%s explains itself', ([id, text]) => {
    expect(id).toMatch(/^(EVT|ORD|TIM|WS|AUTH|ISO|HLT|API|SEC)-[A-Z0-9-]+$/u);
    for (const part of [text.meaning, text.usualCause, text.nextStep]) expect(part).toMatch(/^.{9,}\.$/u);
    expect(text.title).not.toMatch(/[.!]$/u);
  });

  test('knows its ids only', () => {
    expect(isRuleId('ORD-TOOL-ORPHAN')).toBe(true);
    expect(isRuleId('toString')).toBe(false);
  });

  test('gives no two rules the same title', () => {
    const titles = Object.values(RULES).map(({ title }) => title);

    expect(new Set(titles).size).toBe(titles.length);
  });

  test('has a rule for every fault of the catalogue', () => {
    for (const [fault, rule] of Object.entries(RULE_BY_FAULT)) expect(isRuleId(rule), fault).toBe(true);
    expect(Object.keys(RULE_BY_FAULT).length).toBeGreaterThan(100);
  });

  test('freezes violations', () => {
    expect(
      Object.isFrozen(violation('EVT-BINARY', { expected: 'text', actual: 'binary', where: 'message' })),
    ).toBe(true);
  });
});
