/** What a target may lack without being broken; a policy declares each absence with owner and reason (design.md §13.3). */
export const CAPABILITIES = {
  'revision-endpoint': 'The target exposes its revision.',
  'revision-on-opening': 'The 101 answer of an opening handshake tells the revision, in REVISION_HEADER.',
  'readiness-endpoint': '`/health/ready` reports `websocket_readiness`.',
  'socket-health-endpoint': '`/ws/health` answers with a JSON body.',
  'test-mode-report': '`/ws/health` reports `e2e_testing`.',
  'environment-marker': 'Some health body names the environment.',
  'bypass-exchange': 'The auth service exchanges the bypass key for a token.',
  'thread-api': 'Threads and messages are served over HTTP.',
  'discovery-api': '`/api/discovery/services` is served.',
  'mcp-api': '`/api/mcp/config` and `/api/mcp/servers` are served.',
  'memory-metric': 'The target reports the memory of its process.',
  'connection-count': 'The target reports how many connections are open.',
  'socket-limits': '`/ws/config` reports limits and timeouts of connections.',
  'session-handshake': 'The session handshake of wire-contract.md §12 is spoken.',
  'subprotocol-auth': 'The token may travel in `Sec-WebSocket-Protocol`.',
  'second-socket-path': 'Sockets are served at `/api/v1/websocket` as at `/ws`.',
  'application-ping': '`ping` is answered by `pong`.',
  'breaker-report': '`/ws/auth/circuit-breaker` reports the state of the breaker.',
  'auth-breaker': 'Authentication is guarded by a circuit breaker.',
  'signing-key': 'Tokens can be signed for the target: JWT_SECRET_KEY is known.',
  'token-validation': '`/auth/validate` and `/auth/refresh` are served.',
  'exact-expiry': 'An expired token is refused at once: no cached verdict outlives it.',
  'session-outlives-token': 'An open connection survives the expiry of its token.',
  'production-twin':
    'A production-like target is configured: PRODUCTION_TWIN_URL and PRODUCTION_TWIN_AUTH_URL.',
  tls: 'The target is served over TLS.',
  'trace-ids': 'Events carry an event id.',
  'tool-calls': 'The agent uses tools when the prompt asks for them.',
} as const;

export type Capability = keyof typeof CAPABILITIES;

/** Capabilities without which no decision about users is possible; they cannot be declared away (design.md §13.3). */
export const INDISPENSABLE = ['golden-path', 'auth-controls', 'isolation'] as const;

/** Tells whether a string from a policy file names a capability. */
export function isCapability(value: string): value is Capability {
  return Object.hasOwn(CAPABILITIES, value);
}
